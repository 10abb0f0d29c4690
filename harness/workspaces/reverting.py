"""Taking a card's work back: one commit on the integration branch that reverts exactly what landed for it.

Nothing is rewritten and nothing of the user's is touched: the commit is computed in a bench, lands like any other by
journal and compare-and-swap, and names the card and the commits it takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.errors import Conflict
from harness.workspaces import bench as benches
from harness.workspaces import history, integration
from harness.workspaces.bench import Bench
from harness.workspaces.history import Step
from harness.workspaces.integration import UNDO_TRAILER, UNDONE_TRAILER
from harness.workspaces.landing import Candidate, subject_line
from harness.workspaces.layout import INTEGRATION, Layout

_SHOWN = 5  # files and cards named in a sentence


@dataclass(frozen=True)
class Reversal:
    """The commit that takes a card's work back, ready to land; `undone` are the landed commits, newest first.

    `done`: the work had been taken back already, and the candidate is the tip.
    """

    candidate: Candidate
    undone: tuple[str, ...]
    done: bool = False


def prepare(layout: Layout, feature_id: int, title: str, agent: str) -> Reversal:
    """The reversal of everything that landed for card `feature_id` and still stands. `candidate.drop()` it at the end.

    Conflict when nothing landed for it, or when later work stands on it: the sentence names the cards in the way.
    """
    tip = integration.tip(layout)
    marked = history.marked_steps(layout, tip)
    known = history.History(tip, (), marked)
    standing = known.standing(feature_id)
    bench = benches.create(layout)
    try:
        if standing:
            tree = _reverted(bench, tip, standing, marked)
        elif (step := known.undoing(feature_id)) is not None:
            return Reversal(_candidate(bench, feature_id, agent, tip, tip), step.undone, done=True)
        else:
            raise Conflict(
                f"Nothing on {INTEGRATION} names feature {feature_id} as its card: there is no commit to undo. "
                "Mark it failing instead."
            )
        undone = tuple(step.commit for step in standing)
        if tree == bench.tree_of(tip):
            raise Conflict(f"What landed for feature {feature_id} is not there any more: there is nothing to undo.")
        commit = bench.commit(tree, (tip,), _message(feature_id, title, undone))
        return Reversal(_candidate(bench, feature_id, agent, tip, commit), undone)
    except BaseException:
        bench.remove()
        raise


def _reverted(bench: Bench, tip: str, standing: Sequence[Step], marked: Sequence[Step]) -> str:
    """The tree of `tip` without the commits `standing`, which are taken out newest first."""
    ours = tip
    for step in standing:
        parent = bench.git("rev-parse", f"{step.commit}^")
        merged = bench.merge(ours, parent, base=step.commit)
        if merged.conflicts:
            raise Conflict(_in_the_way(step, merged.conflicts, marked))
        ours = bench.commit(merged.tree, (), "partly undone")
    return bench.tree_of(ours)


def _in_the_way(step: Step, files: Sequence[str], marked: Sequence[Step]) -> str:
    """Which later cards changed the same lines of `files` as `step`."""
    later = marked[: next(place for place, found in enumerate(marked) if found.commit == step.commit)]
    touching = [found for found in later if found.files.intersection(files)]
    cards = list(dict.fromkeys(f"#{found.lands or found.undoes} '{found.subject}'" for found in reversed(touching)))
    where = _some(list(files))
    if not cards:
        return f"Feature {step.lands} cannot be undone by itself: commits of yours changed the same lines of {where}."
    return (
        f"Feature {step.lands} cannot be undone by itself: {_some(cards)} changed the same lines of {where} later; "
        f"undo {'that' if len(cards) == 1 else 'those'} first, or let an agent take it out."
    )


def _candidate(bench: Bench, feature_id: int, agent: str, tip: str, commit: str) -> Candidate:
    files = tuple(change.name for change in bench.changes(tip, commit)) if commit != tip else ()
    return Candidate(
        feature_id, commit, bench.tree_of(commit), tip, commit, agent, files, bench, tip, landed=commit == tip
    )


def _message(feature_id: int, title: str, undone: Sequence[str]) -> str:
    subject = subject_line(f"Undo #{feature_id}: {title}")
    taken = "".join(f"{UNDONE_TRAILER}: {commit}\n" for commit in undone)
    return f"{subject}\n\nThis takes back what landed for it.\n\n{UNDO_TRAILER}: #{feature_id}\n{taken}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
