"""What may happen to a feature, and in which order features are worked on. Pure: no clock, no storage."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from api.backlog.statuses import ActorRole, Status

Action = Literal[
    "create",
    "edit",
    "delete",
    "claim",
    "release",
    "skip",
    "set_check",
    "verify",
    "pass",
    "fail",
    "ask",
    "answer",
    "undo",
]

_WORKERS: frozenset[ActorRole] = frozenset({"coder", "client", "person", "harness"})
_EDITORS: frozenset[ActorRole] = frozenset({"assistant", "client", "person", "harness"})
_OPEN: frozenset[Status] = frozenset({"pending", "failing"})

# A card with more steps, or more characters in its description and steps, gets a session of its own.
SMALL_STEPS = 3
SMALL_TEXT = 600

# Who may do what at all.
_ROLES: Mapping[Action, frozenset[ActorRole]] = {
    "create": _EDITORS | {"initializer"},
    "edit": _EDITORS | {"initializer"},
    "delete": _EDITORS,
    "claim": _WORKERS,
    "release": _WORKERS,
    "skip": _EDITORS | {"coder"},
    "set_check": _EDITORS | {"coder", "initializer"},
    "verify": _WORKERS,
    "pass": _WORKERS,
    "fail": _EDITORS | {"coder", "tester"},
    "ask": _EDITORS | {"coder"},
    "answer": frozenset({"person", "client", "assistant"}),
    "undo": frozenset({"person", "harness"}),
}

# Who needs to hold the claim of the card to do it; everybody else of the table above need not.
_CLAIM_NEEDED: Mapping[Action, frozenset[ActorRole]] = {
    "release": frozenset({"coder", "client"}),
    "skip": frozenset({"coder"}),
    "set_check": frozenset({"coder"}),
    "verify": frozenset({"coder", "client"}),
    "pass": frozenset({"coder", "client"}),
    "fail": frozenset({"coder"}),
    "ask": frozenset({"coder"}),
}

# The status after an action, by the status before; a status that is missing is refused with the sentence below.
_MOVES: Mapping[Action, Mapping[Status, Status]] = {
    "claim": {"pending": "in_progress", "failing": "in_progress"},
    "release": {"in_progress": "pending"},
    "skip": {"pending": "pending", "failing": "failing", "in_progress": "pending", "needs_input": "needs_input"},
    "pass": {
        "in_progress": "passing",
        "pending": "passing",
        "failing": "passing",
        "needs_input": "passing",
        "passing": "passing",
    },
    "fail": {"passing": "failing", "in_progress": "failing", "failing": "failing"},
    "ask": {"pending": "needs_input", "in_progress": "needs_input", "failing": "needs_input"},
    "answer": {"needs_input": "pending"},
    "undo": {"passing": "pending", "failing": "pending"},
}

_REFUSALS: Mapping[tuple[Action, Status], str] = {
    ("claim", "in_progress"): "it is already being worked on: take another one with feature_get_next",
    ("claim", "passing"): "it is already passing: mark it failing first if it is broken",
    ("claim", "needs_input"): "it waits for a person's answer: answer it first",
    ("release", "pending"): "nobody works on it: there is nothing to release",
    ("release", "passing"): "it is already passing: there is nothing to release",
    ("release", "failing"): "nobody works on it: there is nothing to release",
    ("release", "needs_input"): "it waits for a person's answer: there is nothing to release",
    ("skip", "passing"): "it is already passing: there is nothing to skip",
    ("fail", "pending"): "it never passed: only a feature that passes can start failing",
    ("fail", "needs_input"): "it waits for a person's answer and never passed since: answer it first",
    ("ask", "passing"): "it is already passing: mark it failing first if it needs more work",
    ("ask", "needs_input"): "it already waits for a person's answer",
    ("answer", "pending"): "it asks nothing: there is no question to answer",
    ("answer", "in_progress"): "it asks nothing: there is no question to answer",
    ("answer", "passing"): "it asks nothing: there is no question to answer",
    ("answer", "failing"): "it asks nothing: there is no question to answer",
    ("undo", "pending"): "it is not done: there is nothing to undo",
    ("undo", "in_progress"): "it is being worked on: wait until its session has ended, or stop the run",
    ("undo", "needs_input"): "it waits for a person's answer: answer it first",
}

_ROLE_NAMES: Mapping[ActorRole, str] = {
    "initializer": "The initializer",
    "coder": "A coding agent",
    "tester": "A testing agent",
    "assistant": "The assistant",
    "person": "A person",
    "harness": "The harness",
    "client": "An outside client",
}

_VERBS: Mapping[Action, str] = {
    "create": "create features",
    "edit": "edit features",
    "delete": "delete features",
    "claim": "claim features",
    "release": "release features",
    "skip": "skip features",
    "set_check": "set a feature's check",
    "verify": "have a feature verified",
    "pass": "mark features as passing",
    "fail": "mark features as failing",
    "ask": "ask a person",
    "answer": "answer in a person's place",
    "undo": "undo a feature's work",
}


@dataclass(frozen=True)
class Refusal:
    """Why not, in one sentence. `forbidden`: this role never may; else it is the present state."""

    sentence: str
    forbidden: bool = False


def permitted(action: Action, role: ActorRole) -> Refusal | None:
    """Whether `role` may do `action` at all."""
    if role in _ROLES[action]:
        return None
    return Refusal(f"{_ROLE_NAMES[role]} may not {_VERBS[action]}.", forbidden=True)


def needs_claim(action: Action, role: ActorRole) -> bool:
    """Whether `role` must hold the card's claim for `action`."""
    return role in _CLAIM_NEEDED.get(action, frozenset())


def move(feature_id: int, status: Status, action: Action, role: ActorRole, *, was_failing: bool) -> Status | Refusal:
    """The status after `action`, or why not.

    `was_failing`: the card was green once and is broken, so letting go of it makes it failing again, not pending;
    unless its work is undone.
    """
    refusal = permitted(action, role)
    if refusal is not None:
        return refusal
    after = _MOVES.get(action, {}).get(status, status if action not in _MOVES else None)
    if after is None:
        return Refusal(f"Feature {feature_id} cannot be moved: {_REFUSALS[action, status]}.")
    if action == "delete" and status == "in_progress" and role != "person":
        return Refusal(f"Feature {feature_id} is being worked on: release it before deleting it.")
    if action == "fail" and status == "in_progress" and role == "tester":
        return Refusal(f"Feature {feature_id} is being worked on: its agent will see what you saw.")
    if was_failing and after == "pending" and status != "pending" and action != "undo":
        return "failing"
    return after


def is_ready(status: Status, waiting_on: int) -> bool:
    """Whether a card can be claimed now."""
    return status in _OPEN and waiting_on == 0


def is_small(status: Status, steps: Collection[str], description: str, attempts: int) -> bool:
    """Whether a card may be done in the session of another one: short, and nothing ever went wrong with it."""
    words = len(description) + sum(len(step) for step in steps)
    return status == "pending" and attempts == 0 and len(steps) <= SMALL_STEPS and words <= SMALL_TEXT


def is_blocked(status: Status, waiting_on: int) -> bool:
    """Whether a card only waits for others."""
    return status in _OPEN and waiting_on > 0


def find_cycle(edges: Mapping[int, Collection[int]]) -> list[int] | None:
    """A cycle in `edges` (feature -> what it depends on) as [a, b, ..., a], or None. Depth-first, without recursion."""
    done: set[int] = set()
    for root in edges:
        if root in done:
            continue
        path: list[int] = []
        on_path: set[int] = set()
        stack: list[tuple[int, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(node)
                done.add(node)
                continue
            if node in on_path:
                return [*path[path.index(node) :], node]
            if node in done:
                continue
            path.append(node)
            on_path.add(node)
            stack.append((node, True))
            stack.extend((nearer, False) for nearer in edges.get(node, ()))
    return None


def schedule(passing: Mapping[int, bool], edges: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """For every feature: how many dependencies are not passing, and how many features wait for it.

    `edges` are (feature, depends on), without cycles. A feature waits for another through any chain of features that do
    not pass; features that pass wait for nothing and nothing waits for them. The closure is kept as one bit set
    (an int) a feature: 10,000 features take some tens of milliseconds.
    """
    waiting = dict.fromkeys(passing, 0)
    dependencies: dict[int, list[int]] = {}
    dependents_left = dict.fromkeys(passing, 0)
    for feature, needed in edges:
        if passing[feature] or passing[needed]:
            continue
        waiting[feature] += 1
        dependencies.setdefault(feature, []).append(needed)
        dependents_left[needed] += 1
    bit = {feature: 1 << index for index, feature in enumerate(dependencies)}
    behind = dict.fromkeys(passing, 0)
    queue = deque(feature for feature, left in dependents_left.items() if left == 0 and feature in dependencies)
    while queue:
        feature = queue.popleft()
        mine = behind[feature] | bit[feature]
        for needed in dependencies[feature]:
            behind[needed] |= mine
            dependents_left[needed] -= 1
            if dependents_left[needed] == 0 and needed in dependencies:
                queue.append(needed)
    return {feature: (waiting[feature], behind[feature].bit_count()) for feature in passing}


def check_hash(command: str, kind: str, files: Mapping[str, bytes]) -> str:
    """The identity of a check: SHA-256 over its command, its kind, and the names and contents of its files."""
    parts = [kind.encode(), command.encode()]
    for name in sorted(files):
        parts += [name.encode(), hashlib.sha256(files[name]).digest()]
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hashlib.sha256(framed).hexdigest()
