"""Dependencies between cards, and the two numbers the order of work is read from (`waiting_on`, `unblocks`)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy.orm import Session

from api.backlog.schemas import GraphEdge, GraphNode
from api.database import execute, execute_many


def edges(session: Session) -> list[tuple[int, int]]:
    """All (feature, depends on)."""
    query = "SELECT feature_id, depends_on FROM dependencies"
    return [(found[0], found[1]) for found in execute(session, query)]


def edges_behind(session: Session, feature_ids: Iterable[int]) -> list[tuple[int, int]]:
    """The edges reachable from `feature_ids` towards what they depend on: all a search for a cycle needs."""
    query = """
        WITH RECURSIVE reached (id) AS (
            SELECT value FROM json_each(?)
            UNION SELECT d.depends_on FROM dependencies AS d JOIN reached ON d.feature_id = reached.id
        )
        SELECT feature_id, depends_on FROM dependencies WHERE feature_id IN reached"""
    rows = execute(session, query, (json.dumps(sorted(set(feature_ids))),))
    return [(found[0], found[1]) for found in rows]


def dependencies_of(session: Session, feature_id: int) -> list[int]:
    """What a card depends on."""
    query = "SELECT depends_on FROM dependencies WHERE feature_id = ? ORDER BY depends_on"
    return [row[0] for row in execute(session, query, (feature_id,))]


def dependents_of(session: Session, feature_id: int) -> list[int]:
    """What depends on a card."""
    query = "SELECT feature_id FROM dependencies WHERE depends_on = ? ORDER BY feature_id"
    return [row[0] for row in execute(session, query, (feature_id,))]


def standing_on(session: Session, feature_id: int, touched: Iterable[int]) -> list[int]:
    """The cards a check turned green that are among `touched`, or depend on a card directly or through others."""
    query = """
        WITH RECURSIVE reached (id) AS (
            SELECT feature_id FROM dependencies WHERE depends_on = ?
            UNION SELECT d.feature_id FROM dependencies AS d JOIN reached ON d.depends_on = reached.id
        )
        SELECT id FROM features
        WHERE status = 'passing' AND proof <> 'unproven' AND id <> ?
            AND (id IN reached OR id IN (SELECT value FROM json_each(?)))
        ORDER BY id"""
    rows = execute(session, query, (feature_id, feature_id, json.dumps(sorted(set(touched)))))
    return [row[0] for row in rows]


def waiting_for(session: Session) -> dict[int, list[int]]:
    """Every blocked card with the dependencies that do not pass yet."""
    query = """
        SELECT f.id, d.depends_on FROM features AS f JOIN dependencies AS d ON d.feature_id = f.id
        JOIN features AS needed ON needed.id = d.depends_on
        WHERE f.status IN ('pending', 'failing') AND f.waiting_on > 0 AND needed.status <> 'passing'
        ORDER BY f.priority, f.id, d.depends_on"""
    found: dict[int, list[int]] = {}
    for feature_id, needed in execute(session, query):
        found.setdefault(feature_id, []).append(needed)
    return found


def replace(session: Session, feature_id: int, depends_on: Iterable[int]) -> None:
    """Make `depends_on` the dependencies of a card."""
    execute(session, "DELETE FROM dependencies WHERE feature_id = ?", (feature_id,))
    add(session, [(feature_id, needed) for needed in depends_on])


def add(session: Session, pairs: list[tuple[int, int]]) -> None:
    """Add edges; those that exist already stay."""
    if pairs:
        query = "INSERT OR IGNORE INTO dependencies (feature_id, depends_on) VALUES (?, ?)"
        execute_many(session, query, pairs)


def standing(session: Session) -> dict[int, tuple[bool, int, int]]:
    """Every card: whether it passes, `waiting_on` and `unblocks` as stored."""
    query = "SELECT id, status = 'passing', waiting_on, unblocks FROM features"
    return {r[0]: (bool(r[1]), r[2], r[3]) for r in execute(session, query)}


def write_schedule(session: Session, changes: list[tuple[int, int, int]]) -> None:
    """Store (waiting_on, unblocks, id) of the cards where they changed."""
    if changes:
        query = "UPDATE features SET waiting_on = ?, unblocks = ? WHERE id = ?"
        execute_many(session, query, changes)


def unblock_dependents(session: Session, feature_id: int) -> list[int]:
    """One dependency less to wait for, for each card that depends on `feature_id`; those that wait no more."""
    query = """
        UPDATE features SET waiting_on = waiting_on - 1
        WHERE id IN (SELECT feature_id FROM dependencies WHERE depends_on = ?) AND waiting_on > 0
        RETURNING id, waiting_on, status"""
    rows = execute(session, query, (feature_id,)).fetchall()
    return [r[0] for r in rows if r[1] == 0 and r[2] in {"pending", "failing"}]


def nodes(session: Session) -> list[GraphNode]:
    """Every card as a node of the graph."""
    query = """
        SELECT id, name, category, status, proof, priority, waiting_on > 0 AND status IN ('pending', 'failing')
        FROM features ORDER BY priority, id"""
    return [
        GraphNode.model_construct(
            id=r[0], name=r[1], category=r[2], status=r[3], proof=r[4], priority=r[5], blocked=bool(r[6])
        )
        for r in execute(session, query)
    ]


def graph_edges(session: Session) -> list[GraphEdge]:
    """Every dependency as an edge of the graph."""
    return [GraphEdge.model_construct(source=needed, target=feature) for feature, needed in edges(session)]
