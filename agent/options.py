"""What a run is asked to do: the command line's flags, checked."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from agent.prompting import Size
from api.projects.schemas import ProjectSettings

DEFAULT_MODEL = "sonnet"  # an alias: the CLI, or a compatible service, decides which model that is today
DEFAULT_DELAY = 3.0
DEMO_DELAY = 0.5  # nobody's usage limit has to be spared
MAX_TURNS = 300
MOST_AGENTS = 8
MOST_TESTS = 3
MOST_FEATURES = 5

OutputFormat = Literal["text", "jsonl"]
Sandbox = Literal["auto", "process"]

EPILOG = """\
exit codes: 0 finished, 1 error, 2 usage, 3 stopped by the budget, 4 parked at a usage limit, 130 paused by Ctrl+C.
The first Ctrl+C pauses after the session that is running, the second stops at once; the same command goes on.
"""


@dataclass(frozen=True)
class RunOptions:
    """One run. `project` is a folder or a registered name; money in dollars, `delay` in seconds.

    `concurrency`, `testing_ratio` and `batch_size` None: as the project's settings say.
    """

    project: str
    model: str = DEFAULT_MODEL
    size: Size = "medium"
    max_sessions: int | None = None
    budget_usd: float | None = None
    policy: Literal["green", "off"] | None = None
    output: OutputFormat = "text"
    specification: Path | None = None
    delay: float = DEFAULT_DELAY
    sandbox: Sandbox = "auto"
    max_turns: int = MAX_TURNS
    demo: bool = False
    playbook: str = "sample"
    pace: float = 0.0
    concurrency: int | None = None
    testing_ratio: int | None = None
    batch_size: int | None = None

    @property
    def agents(self) -> int:
        """How many sessions may go on at once."""
        return self.concurrency or 1

    @property
    def tests(self) -> int:
        """How many sessions of testers each feature earns that turns green."""
        return self.testing_ratio or 0

    @property
    def batch(self) -> int:
        """How many features a session may work on."""
        return self.batch_size or 1

    def settled(self, settings: ProjectSettings) -> RunOptions:
        """These options, with the project's settings where nothing was asked for."""
        return replace(
            self,
            concurrency=self.concurrency or settings.concurrency,
            testing_ratio=settings.testing_ratio if self.testing_ratio is None else self.testing_ratio,
            batch_size=self.batch_size or settings.batch_size,
        )


def parse(argv: Sequence[str] | None = None) -> RunOptions:
    """The options in `argv`; exits with 2 and one sentence when they cannot be met."""
    parser = _parser()
    given = parser.parse_args(argv)
    if given.template != "web_app":
        parser.error(f"--template {given.template} is not available in this version: use web_app.")
    return RunOptions(
        project=given.project_dir,
        model=given.model,
        size=given.config,
        max_sessions=given.max_iterations,
        budget_usd=given.budget_usd,
        policy="off" if given.yolo else None,
        output=given.output_format,
        specification=given.spec,
        delay=given.delay if given.delay is not None else DEMO_DELAY if given.demo else DEFAULT_DELAY,
        sandbox=given.sandbox,
        max_turns=given.max_turns,
        demo=given.demo,
        playbook=given.playbook,
        pace=given.pace,
        concurrency=given.concurrency,
        testing_ratio=given.testing_ratio,
        batch_size=given.batch_size,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autonomous_agent_demo.py",
        description="Builds an application from its specification with coding agents, over many sessions.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--project-dir", required=True, metavar="PATH_OR_NAME", help="the project's folder, or its registered name")
    add(
        "--spec", type=Path, metavar="FILE", help="the specification of a new project (else prompts/app_spec.txt in it)"
    )
    add("--config", choices=get_args(Size), default="medium", help="how many features to aim for (default: medium)")
    add("--model", default=DEFAULT_MODEL, metavar="M", help=f"the model, or an alias of one (default: {DEFAULT_MODEL})")
    add("--max-iterations", type=_positive, metavar="N", help="stop after N sessions (default: until it is complete)")
    add(
        "--max-turns",
        type=_positive,
        default=MAX_TURNS,
        metavar="N",
        help=f"turns for each feature (default: {MAX_TURNS})",
    )
    add("--budget-usd", type=_dollars, metavar="X", help="stop when this run has cost X dollars")
    add("--delay", type=_seconds, metavar="S", help="seconds between sessions (default: 3; with --demo 0.5)")
    add("--concurrency", type=_agents, metavar="N", help=f"agents at once, 1 to {MOST_AGENTS} (default: the project's)")
    add(
        "--testing-ratio",
        type=_ratio,
        metavar="N",
        help=f"testers' sessions for each green feature, 0 to {MOST_TESTS} (default: the project's)",
    )
    add(
        "--batch-size",
        type=_features,
        metavar="N",
        help=f"features of one session, the further ones small, 1 to {MOST_FEATURES} (default: the project's)",
    )
    add(
        "--template",
        choices=("web_app", "backend_api"),
        default="web_app",
        help="kind of project (this version: web_app)",
    )
    add("--yolo", action="store_true", help="take the agent's word: no check by the harness, cards marked unproven")
    add("--sandbox", choices=get_args(Sandbox), default="auto", help="process: without a wall, at your own risk")
    add("--output-format", choices=get_args(OutputFormat), default="text", help="text for people, jsonl for programs")
    add("--demo", action="store_true", help="no account needed: a scripted model builds the sample application")
    add("--playbook", default="sample", metavar="NAME", help="with --demo: what the scripted model plays")
    add("--pace", type=_seconds, default=0.0, metavar="S", help="with --demo: seconds one answer takes")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"{text!r} is not a whole number from 1"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _agents(text: str) -> int:
    return _whole(text, 1, MOST_AGENTS)


def _ratio(text: str) -> int:
    return _whole(text, 0, MOST_TESTS)


def _features(text: str) -> int:
    return _whole(text, 1, MOST_FEATURES)


def _whole(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        msg = f"{text!r} is not a whole number from {low} to {high}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _dollars(text: str) -> float:
    return _number(text, above=0.0, what="an amount of dollars above 0")


def _seconds(text: str) -> float:
    return _number(text, above=-1e-9, what="a number of seconds from 0")


def _number(text: str, *, above: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not above < number < 1e9:
        msg = f"{text!r} is not {what}"
        raise argparse.ArgumentTypeError(msg)
    return number
