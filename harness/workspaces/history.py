"""What happened on the integration branch, step by step: whose each commit is, and which files it touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from harness.workspaces import git, integration
from harness.workspaces.integration import FEATURE_TRAILER, SOURCE_TRAILER, UNDO_TRAILER, UNDONE_TRAILER
from harness.workspaces.layout import Layout

RECENT: Final = 2_000  # steps that are looked at one by one
_TRAILERS: Final = (FEATURE_TRAILER, SOURCE_TRAILER, UNDO_TRAILER, UNDONE_TRAILER)
_FORMAT: Final = "%x00%H%x1f" + "".join(f"%(trailers:key={name},valueonly,separator=%x2C)%x1f" for name in _TRAILERS)


@dataclass(frozen=True)
class Step:
    """One commit of the branch.

    `lands` is the card whose work it brought, `undoes` the one whose commits `undone` it took back; a commit that is
    neither is the user's, or the project's setup.
    """

    commit: str
    subject: str
    files: frozenset[str]
    lands: int | None = None
    undoes: int | None = None
    undone: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """The branch at `tip`: its newest steps, newest first, and every landing and undoing there is, newest first."""

    tip: str
    steps: tuple[Step, ...]
    marked: tuple[Step, ...] = field(default=())

    def since(self, commit: str) -> tuple[Step, ...] | None:
        """The steps after `commit`, newest first; None when it is none of the newest."""
        place = self._places.get(commit)
        return None if place is None else self.steps[:place]

    def changed_since(self, commit: str, files: Iterable[str]) -> bool | None:
        """Whether a step after `commit` touched one of `files`; None when it is none of the newest."""
        place = self._places.get(commit)
        return None if place is None else any(self._touched.get(name, place) < place for name in files)

    def standing(self, feature_id: int) -> list[Step]:
        """The landings of a card that have not been taken back, newest first."""
        return self._standing.get(feature_id, [])

    def undoing(self, feature_id: int) -> Step | None:
        """The step that took back the last of a card's work; None while some of it stands, or it never had any."""
        return None if feature_id in self._standing else self._undoings.get(feature_id)

    def files_of(self, feature_id: int) -> frozenset[str]:
        """The files that were changed for a card, as far as the changes stand."""
        return frozenset[str]().union(*(step.files for step in self.standing(feature_id)))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {step.commit: place for place, step in enumerate(self.steps)}

    @cached_property
    def _touched(self) -> dict[str, int]:
        """By file, the place of the newest step that touched it."""
        return {name: place for place, step in reversed(list(enumerate(self.steps))) for name in step.files}

    @cached_property
    def _standing(self) -> dict[int, list[Step]]:
        undone = {commit for step in self.marked for commit in step.undone}
        found: dict[int, list[Step]] = {}
        for step in self.marked:
            if step.lands is not None and step.commit not in undone:
                found.setdefault(step.lands, []).append(step)
        return found

    @cached_property
    def _undoings(self) -> dict[int, Step]:
        """By card, the newest step that took its work back."""
        return {step.undoes: step for step in reversed(self.marked) if step.undoes is not None}


def read(layout: Layout) -> History:
    """The integration branch as it is now."""
    tip = integration.tip(layout)
    return History(tip, _steps(layout, tip, f"--max-count={RECENT}"), marked_steps(layout, tip))


def marked_steps(layout: Layout, tip: str) -> tuple[Step, ...]:
    """Every landing and undoing on the way to `tip`, newest first."""
    patterns = (f"--grep=^{FEATURE_TRAILER}: #[0-9]*$", f"--grep=^{UNDO_TRAILER}: #[0-9]*$")
    found = _steps(layout, tip, *patterns)
    return tuple(step for step in found if step.lands is not None or step.undoes is not None)


def between(layout: Layout, good: str, bad: str) -> list[str]:
    """The commits after `good` up to `bad` in the order in which they came; only `bad` where there is no way."""
    for flags in (("--first-parent",), ("--topo-order",)):
        text = integration.run(layout, "rev-list", "--reverse", *flags, "--ancestry-path", f"{good}..{bad}", "--")
        if found := git.lines(text.strip()):
            return found
    return [bad]


def changed(layout: Layout, old: str, new: str) -> frozenset[str] | None:
    """The files that differ between two commits; None when one cannot be read."""
    done = git.attempt(["diff-tree", "-r", "--name-only", "--no-renames", old, new, "--"], cwd=layout.folder)
    return frozenset(_names(done.stdout)) if done.ok else None


def _steps(layout: Layout, tip: str, *flags: str) -> tuple[Step, ...]:
    shown = ("--first-parent", "-m", "--name-only", "--no-renames", "--no-ext-diff", f"--format={_FORMAT}%s")
    text = git.git(["log", *shown, *flags, tip, "--"], cwd=layout.folder)
    return tuple(_step(entry) for entry in text.split("\0") if entry)


def _step(entry: str) -> Step:
    head, _, rest = entry.partition("\n")
    commit, landed, source, undoes, undone, subject = head.split("\x1f", 5)
    return Step(
        commit,
        subject,
        frozenset(_names(rest)),
        lands=_number(landed) if source.strip() else None,
        undoes=_number(undoes),
        undone=tuple(name for name in undone.split(",") if name),
    )


def _number(trailer: str) -> int | None:
    number = trailer.strip().removeprefix("#")
    return int(number) if number.isdecimal() else None


def _names(text: str) -> Iterable[str]:
    return (git.unquote(line) for line in git.lines(text.strip("\n")) if line)
