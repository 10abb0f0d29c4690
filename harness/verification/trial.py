"""One trial of a candidate: a clean checkout of ours, a fresh place around it, init.sh, the check."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.backlog.rules import check_hash
from api.backlog.schemas import CheckView
from harness.sandboxes.base import Place, PlaceSpec, Provider
from harness.verification import artefacts, dependencies
from harness.verification.dependencies import DependencyCache
from harness.verification.verdicts import Judgement, Ran, judge, judge_setup
from harness.workspaces import owned
from harness.workspaces.files import Root
from harness.workspaces.landing import Candidate
from harness.workspaces.repository import Checkout, ProjectRepository
from shellpolicy import Deny, Policy, decide

PORT: Final = "3000"  # the place has a network of its own
_FILE_LIMIT: Final = 5 * 1024 * 1024


@dataclass(frozen=True)
class Conditions:
    """How trials are run: hosts init.sh may reach, time limits in seconds, variables.

    What `policy` refuses is not run: where a place has no walls, a check must not be a way around the shell policy.
    A verifier that gives no sign of life for `lease_seconds` has lost its verification to the next one.
    """

    egress: tuple[str, ...] = ()
    check_seconds: float = 600.0
    setup_seconds: float = 900.0
    lease_seconds: float = 30.0
    policy: Policy | None = None
    environment: Mapping[str, str] = field(
        default_factory=lambda: {"CI": "true", "PORT": PORT, "AUTOCODER_PORT_BASE": PORT}
    )


@dataclass(frozen=True)
class Outcome:
    """What one run came to. `ran` is the command that decided it, None when none was run."""

    judgement: Judgement
    ran: Ran | None = None


class Trials:
    """Runs trials for one project, one at a time: the folder it uses is always the same, so that kept packages fit."""

    def __init__(self, repository: ProjectRepository, provider: Provider, conditions: Conditions) -> None:
        self._repository = repository
        self._provider = provider
        self._conditions = conditions
        folder = repository.layout.harness / "verify"
        self.lock = folder / "lock"
        self._checkout = folder / repository.name
        self._cache = DependencyCache(folder / "packages")

    @contextlib.asynccontextmanager
    async def of(self, candidate: Candidate, check: CheckView, say: Callable[[str], None]) -> AsyncIterator[Trial]:
        """A trial of `candidate`; what its last run installed is kept if the block ends well and that run passed."""
        trial = Trial(self, candidate, check, say)
        try:
            yield trial
            if trial.key is not None and trial.installed and trial.passed:
                await asyncio.to_thread(self._cache.keep, trial.key, self._checkout, trial.installed)
        finally:
            await asyncio.to_thread(self.clear)

    async def run(self, trial: Trial, commit: str, say: Callable[[str], None]) -> Outcome:
        """Run the check of `trial` on a clean checkout of `commit`."""
        candidate, check = trial.candidate, trial.check
        say("checking out")
        await asyncio.to_thread(self.clear)
        checkout = await asyncio.to_thread(self._repository.checkout, commit, self._checkout, of=candidate)
        if (complaint := await asyncio.to_thread(self._complaint, checkout.path, check)) is not None:
            return Outcome(complaint)
        trial.key = await asyncio.to_thread(dependencies.key_of, candidate.bench, commit)
        if trial.key is not None:
            say("preparing packages")
            await asyncio.to_thread(self._cache.restore, trial.key, checkout.path)
        outcome = await self._in_place(trial, checkout, say)
        trial.pictures = await asyncio.to_thread(artefacts.collect, checkout.path)
        return outcome

    def clear(self) -> None:
        """Remove the checkout."""
        owned.remove(self._checkout)

    def _complaint(self, checkout: Path, check: CheckView) -> Judgement | None:
        if self._conditions.policy is not None:
            decision = decide(check.command, self._conditions.policy)
            if isinstance(decision, Deny):
                return Judgement(
                    "broken", f"the shell policy refuses it: {decision.reason} {decision.hint}".rstrip(". ")
                )
        return _changed_files(checkout, check)

    async def _in_place(self, trial: Trial, checkout: Checkout, say: Callable[[str], None]) -> Outcome:
        place = await self._provider.open(self._spec(checkout))
        try:
            if trial.key is not None:
                say("running init.sh")
                ran = await self._run(place, "bash ./init.sh", self._conditions.setup_seconds, say)
                if (judgement := judge_setup(ran)) is not None:
                    return Outcome(judgement, ran)
                bench, commit = trial.candidate.bench, checkout.commit
                names = await asyncio.to_thread(dependencies.ignored_folders, bench, checkout.path, commit)
                trial.installed = names
                if (changed := await asyncio.to_thread(_changed_files, checkout.path, trial.check)) is not None:
                    return Outcome(Judgement("broken", f"{changed.detail} (init.sh changed it)"), ran)
            say("running the check")
            ran = await self._run(place, trial.check.command, self._conditions.check_seconds, say)
            return Outcome(judge(ran), ran)
        finally:
            await place.close()

    async def _run(self, place: Place, command: str, seconds: float, say: Callable[[str], None]) -> Ran:
        def hear(text: str) -> None:
            if line := text.rstrip().rpartition("\n")[2].strip():
                say(line[-200:])

        result = await place.run(command, timeout=seconds, on_output=hear)
        return Ran(result.exit_code, result.output, result.seconds, result.timed_out)

    def _spec(self, checkout: Checkout) -> PlaceSpec:
        name = f"{self._repository.name}-check-{os.getpid()}-{secrets.token_hex(3)}"
        return PlaceSpec(
            workspace=checkout.path,
            run_dir=self._repository.home / "places" / name,
            read_only=checkout.object_roots,
            environment={**self._conditions.environment, artefacts.VARIABLE: str(checkout.path / artefacts.OWN)},
            egress=self._conditions.egress,
        )


class Trial:
    """The runs of one candidate under one check."""

    def __init__(self, trials: Trials, candidate: Candidate, check: CheckView, say: Callable[[str], None]) -> None:
        self._trials = trials
        self._say = say
        self.candidate = candidate
        self.check = check
        self.key: str | None = None
        self.installed: list[str] = []
        self.pictures: dict[str, bytes] = {}
        self.passed = False

    async def run(self, commit: str, which: str = "") -> Outcome:
        """Run the check on `commit`; `which` tells those who wait what it is."""
        self.installed, self.pictures, self.passed = [], {}, False
        outcome = await self._trials.run(self, commit, lambda text: self._say(f"{text}{which}"))
        self.passed = outcome.judgement.state == "passed"
        return outcome


def _changed_files(checkout: Path, check: CheckView) -> Judgement | None:
    """Whether the check's files are not what was frozen; by name only where no contents were frozen."""
    root = Root(checkout)
    found = {name: root.read(name, _FILE_LIMIT) for name in check.files}
    missing = [name for name, data in found.items() if data is None]
    if missing:
        return Judgement("broken", f"the check file {missing[0]} is not in your commit: add and commit it")
    contents = {name: data or b"" for name, data in found.items()}
    by_name = check_hash(check.command, check.kind, dict.fromkeys(check.files, b""))
    if check.hash in {by_name, check_hash(check.command, check.kind, contents)}:
        return None
    return Judgement(
        "broken",
        f"{', '.join(check.files)} changed since the check was set: restore it, or call feature_set_check again",
    )
