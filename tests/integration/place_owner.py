"""Opens a place, leaves something running in it and waits to be killed: `place_owner.py PROVIDER WORKSPACE RUN_DIR`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.conformance.stage import beating
from harness.sandboxes.registry import provider


async def main(name: str, workspace: str, run_dir: str) -> None:
    """Begin three kinds of work, then wait."""
    place = await provider(name).open(PlaceSpec(Path(workspace), Path(run_dir)))
    await place.run(f'({beating("background")}) & setsid bash -c "{beating("far")}" &')
    await place.run(beating("running"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
