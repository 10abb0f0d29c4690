"""Creating, changing, deleting and reordering features, and their dependencies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from api.backlog import rules
from api.backlog.repository import cards, graph
from api.backlog.schemas import MAX_BULK, MAX_DEPENDENCIES, Claim, FeatureCreate, FeatureUpdate, FeatureView
from api.backlog.service import claims, journal
from api.backlog.statuses import Actor
from api.errors import Conflict, InvalidInput, NotFound

_BORN = {"claim_owner": None, "claim_expires": None, "verification_id": None}


def create(session: Session, feature: FeatureCreate, actor: Actor) -> FeatureView:
    """Add one feature at the end of the queue."""
    return create_bulk(session, [feature], actor)[0]


def create_bulk(session: Session, new: Sequence[FeatureCreate], actor: Actor) -> list[FeatureView]:
    """Add 1..500 features in order, all or none. `depends_on_indices` refer to places in `new`."""
    journal.check_role("create", actor)
    if not 1 <= len(new) <= MAX_BULK:
        raise InvalidInput(f"Give 1 to {MAX_BULK} features at a time, not {len(new)}.", field="features")
    _check_indices(new)
    _check_exist(session, [needed for feature in new for needed in feature.dependencies])
    now = journal.clock(None)
    priority = cards.next_priority(session)
    ids = cards.insert(session, [_row(feature, priority + place, now) for place, feature in enumerate(new)])
    edges = [pair for place, feature in enumerate(new) for pair in _edges(ids, place, feature)]
    flipped: set[int] = set()
    if edges:
        graph.add(session, edges)
        flipped = journal.reschedule(session) - set(ids)
    views = journal.announce_all(session, ids, "created", actor)
    journal.announce_all(session, sorted(flipped), "scheduled", actor)
    journal.announce_progress(session)
    return views


def update(session: Session, feature_id: int, changes: FeatureUpdate, actor: Actor) -> FeatureView:
    """Change the fields that are given. A new priority also takes a skipped card out of the end of the queue."""
    found = journal.card(session, feature_id)
    journal.check_move(found, "edit", actor, None)
    given = changes.model_dump(exclude_none=True, exclude={"dependencies"})
    if not given and changes.dependencies is None:
        raise InvalidInput("Nothing to change was given: name at least one field with its new value.")
    if "steps" in given:
        given["steps"] = json.dumps(given["steps"], ensure_ascii=False)
    if "priority" in given:
        given["deferred"] = 0
    cards.update(session, feature_id, {**given, "updated_at": journal.clock(None)})
    if changes.dependencies is not None:
        _replace_dependencies(session, feature_id, changes.dependencies, actor)
    return journal.announce(session, feature_id, "edited", actor, counted=changes.dependencies is not None)


def delete(session: Session, feature_id: int, actor: Actor) -> None:
    """Take a feature out of the backlog; `restore` brings it back. What depended on it no longer waits for it."""
    found = journal.card(session, feature_id)
    journal.check_move(found, "delete", actor, None)
    if found.status == "in_progress":
        claims.let_go(session, found, journal.clock(None))
    needs, dependents = graph.dependencies_of(session, feature_id), graph.dependents_of(session, feature_id)
    body = {
        "row": {**cards.columns(session, feature_id), **_BORN},
        "dependencies": needs,
        "dependents": dependents,
    }
    cards.keep_deleted(session, feature_id, json.dumps(body), actor.name, journal.clock(None))
    cards.delete(session, feature_id)
    flipped = journal.reschedule(session) if needs or dependents else set()
    journal.announce_deleted(session, feature_id, actor)
    journal.announce_all(session, sorted(flipped.union(dependents)), "scheduled", actor)


def restore(session: Session, feature_id: int, actor: Actor) -> FeatureView:
    """Undo `delete`: the same id and fields, and the dependencies that still make sense."""
    journal.check_role("create", actor)
    kept = cards.take_deleted(session, feature_id)
    if kept is None:
        raise NotFound(f"There is no deleted feature {feature_id} to restore.", field="feature_id")
    body = json.loads(kept)
    cards.insert(session, [body["row"]])
    exist = cards.existing(session, [*body["dependencies"], *body["dependents"]])
    pairs = [(feature_id, needed) for needed in body["dependencies"]]
    pairs += [(dependent, feature_id) for dependent in body["dependents"]]
    changed: set[int] = set()
    for pair in pairs:
        if set(pair) - {feature_id} <= exist and _cycle(session, [pair]) is None:
            graph.add(session, [pair])
            changed.add(pair[0])
    changed |= journal.reschedule(session) if pairs else set()
    journal.announce_all(session, sorted(changed - {feature_id}), "scheduled", actor)
    return journal.announce(session, feature_id, "restored", actor)


def skip(session: Session, feature_id: int, actor: Actor, *, claim: Claim | None = None) -> FeatureView:
    """Move a feature to the end of the queue; a claim on it is let go."""
    found = journal.card(session, feature_id)
    journal.check_move(found, "skip", actor, claim)
    now = journal.clock(None)
    if found.status == "in_progress":
        claims.let_go(session, found, now)
    places = {"priority": cards.next_priority(session), "deferred": cards.next_deferral(session)}
    cards.update(session, feature_id, {**places, "updated_at": now})
    return journal.announce(session, feature_id, "skipped", actor, counted=found.status == "in_progress")


def set_dependencies(session: Session, feature_id: int, ids: Sequence[int], actor: Actor) -> FeatureView:
    """Make `ids` all that the feature depends on; cycles, itself and unknown ids are refused."""
    journal.check_move(journal.card(session, feature_id), "edit", actor, None)
    _replace_dependencies(session, feature_id, ids, actor)
    return journal.announce(session, feature_id, "dependencies", actor, counted=False)


def add_dependency(session: Session, feature_id: int, depends_on: int, actor: Actor) -> FeatureView:
    """Make the feature depend on one more."""
    journal.card(session, feature_id)
    now = graph.dependencies_of(session, feature_id)
    return set_dependencies(session, feature_id, [*now, depends_on], actor)


def remove_dependency(session: Session, feature_id: int, depends_on: int, actor: Actor) -> FeatureView:
    """Make the feature depend on one less; NotFound when it did not depend on it."""
    journal.card(session, feature_id)
    now = graph.dependencies_of(session, feature_id)
    if depends_on not in now:
        raise NotFound(f"Feature {feature_id} does not depend on {depends_on}.", field="dependencies")
    return set_dependencies(session, feature_id, [needed for needed in now if needed != depends_on], actor)


def _row(feature: FeatureCreate, priority: int, now: float) -> dict[str, object]:
    return {
        "priority": priority,
        "category": feature.category,
        "name": feature.name,
        "description": feature.description,
        "steps": json.dumps(feature.steps, ensure_ascii=False),
        "created_at": now,
        "updated_at": now,
    }


def _edges(ids: Sequence[int], place: int, feature: FeatureCreate) -> list[tuple[int, int]]:
    needed = [*feature.dependencies, *(ids[index] for index in feature.depends_on_indices)]
    return [(ids[place], other) for other in dict.fromkeys(needed)]


def _check_indices(new: Sequence[FeatureCreate]) -> None:
    for place, feature in enumerate(new):
        if len(set(feature.dependencies)) + len(set(feature.depends_on_indices)) > MAX_DEPENDENCIES:
            raise _too_many(f"Feature {feature.name!r}")
        wrong = [index for index in feature.depends_on_indices if index >= len(new) or index == place]
        if wrong:
            raise InvalidInput(
                f"Feature at index {place} cannot depend on index {wrong[0]}: give indices of other features of "
                f"this call, 0 to {len(new) - 1}.",
                field="depends_on_indices",
            )
    cycle = rules.find_cycle({place: feature.depends_on_indices for place, feature in enumerate(new)})
    if cycle is not None:
        raise _circular("depends_on_indices", cycle)


def _replace_dependencies(session: Session, feature_id: int, ids: Sequence[int], actor: Actor) -> None:
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_DEPENDENCIES:
        raise _too_many(f"Feature {feature_id}")
    if feature_id in wanted:
        raise InvalidInput(f"Feature {feature_id} cannot depend on itself.", field="dependencies")
    _check_exist(session, wanted)
    cycle = _cycle(session, [(feature_id, needed) for needed in wanted])
    if cycle is not None:
        raise _circular("dependencies", cycle)
    graph.replace(session, feature_id, wanted)
    flipped = journal.reschedule(session) - {feature_id}
    journal.announce_all(session, sorted(flipped), "scheduled", actor)


def _cycle(session: Session, new: Iterable[tuple[int, int]]) -> list[int] | None:
    """A cycle that the new edges (all of them with the same start or end) would close."""
    pairs = list(new)
    edges: dict[int, set[int]] = {}
    for feature, needed in [*pairs, *graph.edges_behind(session, [needed for _, needed in pairs])]:
        edges.setdefault(feature, set()).add(needed)
    return rules.find_cycle(edges)


def _check_exist(session: Session, ids: Iterable[int]) -> None:
    wanted = set(ids)
    unknown = sorted(wanted - cards.existing(session, wanted)) if wanted else []
    if unknown:
        raise InvalidInput(f"There is no feature {unknown[0]} to depend on: give ids that exist.", field="dependencies")


def _too_many(what: str) -> InvalidInput:
    return InvalidInput(f"{what} has too many dependencies: give at most {MAX_DEPENDENCIES}.", field="dependencies")


def _circular(field: str, cycle: Sequence[int]) -> Conflict | InvalidInput:
    path = " -> ".join(str(node) for node in cycle)
    return InvalidInput(f"These dependencies go in a circle ({path}): leave one of them out.", field=field)
