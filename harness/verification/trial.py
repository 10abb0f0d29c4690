"""A trial of a candidate: in a clean checkout of ours and a fresh place around it run init.sh, then the check."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from api.backlog.rules import check_hash
from api.backlog.schemas import CheckView
from harness.sandboxes.base import Place, PlaceSpec, Provider
from harness.verification import artefacts, dependencies, footprints
from harness.verification.dependencies import DependencyCache
from harness.verification.footprints import Footprint
from harness.verification.guards import setup_refusal
from harness.verification.spares import Spare
from harness.verification.verdicts import Judgement, Ran, judge, judge_setup
from harness.workspaces import owned
from harness.workspaces.files import Root
from harness.workspaces.landing import Candidate
from harness.workspaces.repository import Checkout, ProjectRepository
from shellpolicy import Deny, Policy, decide

_P = ParamSpec("_P")
_T = TypeVar("_T")

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
    """What one run came to. `ran` is the command that decided it, None when none was run; `pictures` by name.

    `footprint` is what init.sh left that can decide how tests are run; None where it was not run to its end.
    """

    judgement: Judgement
    ran: Ran | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    footprint: Footprint | None = None


class Trials:
    """Runs trials for one project, one at a time. The two runs of a trial may go on side by side where `apart`."""

    def __init__(self, repository: ProjectRepository, provider: Provider, conditions: Conditions) -> None:
        self._repository = repository
        self._provider = provider
        self._conditions = conditions
        folder = repository.layout.harness / "verify"
        self.lock = folder / "lock"
        self.apart = provider.detached
        # Kept packages fit one path only: whatever a run's checkout is called outside, this is where it is inside.
        self._path = folder / "with" / repository.name
        self._without = folder / "without" / repository.name if self.apart else self._path
        self._shown = folder / "runs"
        self._cache = DependencyCache(folder / "packages")

    @contextlib.asynccontextmanager
    async def of(self, candidate: Candidate, check: CheckView, say: Callable[[str], None]) -> AsyncIterator[Trial]:
        """A trial of `candidate`; what its last run installed is kept if the block ends well and the work passed."""
        trial = Trial(self, candidate, check, say)
        await asyncio.to_thread(owned.remove, self._shown)  # of a run that was killed
        try:
            yield trial
            if trial.passed and trial.key is not None:
                await asyncio.to_thread(self._cache.keep, trial.key)
        finally:
            for folder in (self._path, self._without):
                await asyncio.to_thread(self._put_away, folder)
            await asyncio.to_thread(self._cache.forget)

    async def run(self, trial: Trial, commit: str, say: Callable[[str], None], *, without: bool = False) -> Outcome:
        """Run the check of `trial` on a clean checkout of `commit`, which has the card's work or is `without`."""
        candidate, folder = trial.candidate, self._without if without else self._path
        say("checking out")
        await _thread(Spare(folder).put_by)
        checkout = await _thread(self._repository.checkout, commit, folder, of=candidate)
        if (complaint := await _thread(self._complaint, checkout.path, trial.check)) is not None:
            return Outcome(complaint)
        if (key := await _thread(dependencies.key_of, candidate.bench, commit)) is not None:
            say("preparing packages")
            await _thread(self._cache.restore, key, checkout.path)
        if not without:
            trial.key = key
        with self._nameless(checkout) as shown:
            outcome = await self._in_place(trial, shown, say, key, keep=not without)
            return replace(outcome, pictures=await _thread(artefacts.collect, shown.path))

    @contextlib.contextmanager
    def _nameless(self, checkout: Checkout) -> Iterator[Checkout]:
        """The checkout under a name that does not tell which run it is for: a place's table of mounts shows it."""
        if not self.apart:
            yield checkout
            return
        self._shown.mkdir(exist_ok=True)
        shown = self._shown / secrets.token_hex(8)
        checkout.path.rename(shown)
        try:
            yield replace(checkout, path=shown)
        finally:
            shown.rename(checkout.path)

    def _put_away(self, folder: Path) -> None:
        """Leave nothing in a checkout but what the next one can use."""
        Spare(folder).put_by()
        self._repository.put_away(folder)

    def _complaint(self, checkout: Path, check: CheckView) -> Judgement | None:
        if self._conditions.policy is not None:
            decision = decide(check.command, self._conditions.policy)
            if isinstance(decision, Deny):
                return Judgement(
                    "broken", f"the shell policy refuses it: {decision.reason} {decision.hint}".rstrip(". ")
                )
        return _changed_files(checkout, check)

    async def _in_place(
        self, trial: Trial, checkout: Checkout, say: Callable[[str], None], key: str | None, *, keep: bool
    ) -> Outcome:
        place = await self._provider.open(self._spec(checkout))
        try:
            done: Footprint | Outcome | None = None
            if key is not None:
                done = await self._set_up(trial, place, checkout, say, key if keep else None)
            if isinstance(done, Outcome):
                return done
            say("running the check")
            ran = await self._run(place, trial.check.command, self._conditions.check_seconds, say)
            return Outcome(judge(ran), ran, footprint=done)
        finally:
            await place.close()

    async def _set_up(
        self, trial: Trial, place: Place, checkout: Checkout, say: Callable[[str], None], key: str | None
    ) -> Footprint | Outcome:
        """Run init.sh, whose packages are kept under `key` if all goes well; or why the check is not run after it."""
        say("running init.sh")
        ran = await self._run(place, "bash ./init.sh", self._conditions.setup_seconds, say)
        if (judgement := judge_setup(ran)) is not None:
            return Outcome(judgement, ran)
        found = await _thread(dependencies.survey, trial.candidate.bench, checkout)
        if (changed := await _thread(_changed_files, checkout.path, trial.check)) is not None:
            return Outcome(Judgement("broken", f"{changed.detail} (init.sh changed it)"), ran)
        if (refusal := setup_refusal(found.changed, found.added)) is not None:
            return Outcome(Judgement("broken", refusal), ran)
        if key is not None:
            await _thread(self._cache.set_aside, key, checkout.path, found.packages)
        return await footprints.of(place, checkout.path)

    async def _run(self, place: Place, command: str, seconds: float, say: Callable[[str], None]) -> Ran:
        def hear(text: str) -> None:
            if line := text.rstrip().rpartition("\n")[2].strip():
                say(line[-200:])

        result = await place.run(command, timeout=seconds, on_output=hear)
        return Ran(result.exit_code, result.output, result.seconds, result.timed_out)

    def _spec(self, checkout: Checkout) -> PlaceSpec:
        name = f"{self._repository.name}-check-{os.getpid()}-{secrets.token_hex(3)}"
        return PlaceSpec(
            workspace=self._path,
            folder=checkout.path if self.apart else None,
            run_dir=self._repository.home / "places" / name,
            read_only=checkout.object_roots,
            environment={**self._conditions.environment, artefacts.VARIABLE: str(self._path / artefacts.OWN)},
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
        self.passed = False

    @property
    def apart(self) -> bool:
        """Whether a run with the work and one without it may go on at the same time."""
        return self._trials.apart

    async def run(self, commit: str) -> Outcome:
        """Run the check on `commit`, which has the work."""
        self.passed = False
        outcome = await self._trials.run(self, commit, self._say)
        self.passed = outcome.judgement.state == "passed"
        return outcome

    async def run_without(self, commit: str) -> Outcome:
        """Run the check on `commit`, which has not."""
        return await self._trials.run(self, commit, lambda text: self._say(f"{text} (without the work)"), without=True)


async def _thread(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Like asyncio.to_thread, but when cancelled it waits: the folder is in use until the thread is done with it."""
    task = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _changed_files(checkout: Path, check: CheckView) -> Judgement | None:
    """Whether the check's files are not what was frozen; by name only where no contents were frozen."""
    root = Root(checkout)
    found = {name: root.read(name, _FILE_LIMIT) for name in check.files}
    missing = [name for name, data in found.items() if data is None]
    if missing:
        return Judgement("broken", f"the check file {missing[0]} is not in your commit: add and commit it")
    contents = {name: data or b"" for name, data in found.items()}
    plain = {name: data.replace(b"\r\n", b"\n") for name, data in contents.items()}  # git may write other line ends
    known = (dict.fromkeys(check.files, b""), contents, plain)
    if check.hash in {check_hash(check.command, check.kind, each) for each in known}:
        return None
    return Judgement(
        "broken",
        f"{', '.join(check.files)} changed since the check was set: restore it, or call feature_set_check again",
    )
