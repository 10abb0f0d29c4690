"""The floor of bench_parallel: the agents' own program, but green is the agents' word and nothing is merged.

usage: python -m benchmarks.unproven_agents <arguments of autonomous_agent_demo.py>
"""

from __future__ import annotations

from agent import assembly
from agent.command import main
from harness.verification import Submitter


class Unmerged(Submitter):
    """Takes the work as it is, and leaves it where it is."""

    async def land(self, feature_id: int) -> None:
        """Nothing."""


if __name__ == "__main__":
    assembly.Submitter = Unmerged  # type: ignore[attr-defined]  # the one part of the program that the floor leaves out
    raise SystemExit(main())
