"""Questions about the backlog. Nothing here writes."""

from __future__ import annotations

import random
from collections.abc import Collection

from sqlalchemy.orm import Session

from api.backlog import rules
from api.backlog.repository import cards, verifications
from api.backlog.repository import graph as edges
from api.backlog.schemas import BlockedView, FeatureView, Graph, Stats, VerificationView
from api.backlog.service import journal
from api.backlog.statuses import Status
from api.errors import NotFound


def get(session: Session, feature_id: int) -> FeatureView:
    """One feature; NotFound when there is none."""
    view = cards.view(session, feature_id)
    if view is None:
        raise journal.missing(feature_id)
    return view


def listing(
    session: Session, *, status: Collection[Status] | None = None, limit: int = -1, offset: int = 0
) -> list[FeatureView]:
    """Features by priority, then id; all of them with `limit` -1."""
    return cards.listing(session, status, limit, offset)


def board_json(session: Session) -> str:
    """All features in a short form (no texts, steps or checks) as one JSON array."""
    return cards.board_json(session)


def stats(session: Session) -> Stats:
    """How the backlog stands; the cost does not grow with it."""
    return journal.count(session)


def ready(session: Session, limit: int = 20) -> list[FeatureView]:
    """The features that can be claimed now, best first."""
    return cards.views(session, cards.ready(session, limit))


def is_small(feature: FeatureView) -> bool:
    """Whether a feature may be done in the session of another one, without a fresh context."""
    return rules.is_small(feature.status, feature.steps, feature.description, feature.attempts)


def blocked(session: Session, limit: int | None = None) -> list[BlockedView]:
    """The features that only wait for others, by priority, and for which."""
    waiting = edges.waiting_for(session)
    views = cards.views(session, list(waiting)[:limit])
    return [BlockedView.model_construct(feature=view, waiting_on=waiting[view.id]) for view in views]


def graph(session: Session) -> Graph:
    """All features and their dependencies."""
    return Graph.model_construct(nodes=edges.nodes(session), edges=edges.graph_edges(session))


def passing(session: Session) -> frozenset[int]:
    """The ids of all passing features."""
    return frozenset(cards.passing_ids(session))


def for_regression(session: Session, limit: int = 3, among: Collection[int] | None = None) -> list[FeatureView]:
    """Passing features picked at random, to be tried again; of those `among` the given ones, where some are given."""
    candidates = [number for number in cards.passing_ids(session) if among is None or number in among]
    chosen = random.sample(candidates, min(limit, len(candidates)))
    return cards.views(session, chosen)


def for_reverification(session: Session, limit: int = 10) -> list[FeatureView]:
    """Passing features with a check, stale ones first, then by the age of their receipts."""
    return cards.views(session, cards.stalest(session, limit))


def tests_of_others(session: Session, feature_id: int) -> dict[str, str]:
    """The check files of all other features, and whose they are."""
    return {name: f"card #{number} '{title}'" for name, number, title in cards.check_files(session, feature_id)}


def verification(session: Session, verification_id: int) -> VerificationView:
    """One verification; NotFound when there is none."""
    found = verifications.get(session, verification_id)
    if found is None:
        raise NotFound(f"There is no verification {verification_id}: list the feature's receipts for its ids.")
    return found


def receipts(session: Session, feature_id: int, limit: int = 50) -> list[VerificationView]:
    """The verifications of a feature, newest first, passed or not."""
    return verifications.of_feature(session, feature_id, limit)


def verdicts(session: Session, feature_id: int) -> dict[int, str]:
    """What the verifications of a feature came to, a sentence each, by id; without what they printed."""
    return verifications.details(session, feature_id)
