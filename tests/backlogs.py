"""Backlogs as tests need them: a few cards, claimed, checked and verified the way the product does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, FeatureCreate, FeatureView, VerificationResult, VerificationView
from api.backlog.statuses import Actor
from api.database import execute
from api.events import Event, FeatureUpdate, Progress
from api.runs import service as runs

INITIALIZER = Actor("initializer", "initializer")
ASSISTANT = Actor("assistant", "assistant")
CODER = Actor("agent-1", "coder")
OTHER = Actor("agent-2", "coder")
CLIENT = Actor("mcp:1", "client")
LEASE = 600.0


def new(name: str, *needs: int, category: str = "core") -> FeatureCreate:
    """A feature that depends on the places `needs` of the same bulk call."""
    return FeatureCreate(category=category, name=name, depends_on_indices=list(needs))


def fill(session: Session, needs: Sequence[Sequence[int]]) -> list[int]:
    """One card for each entry, depending on the places in it; their ids."""
    cards = [new(f"card {place}", *places) for place, places in enumerate(needs)]
    return [card.id for card in backlog.create_bulk(session, cards, INITIALIZER)]


def work_on(session: Session, actor: Actor = CODER) -> FeatureView:
    """Take the next card, which there must be."""
    card = backlog.claim_next(session, actor.name, LEASE)
    assert card is not None
    return card


def give_check(
    session: Session, feature_id: int, actor: Actor = CODER, files: Mapping[str, bytes] | None = None
) -> str:
    """Set a check; its hash."""
    contents = dict(files or {})
    view = backlog.set_check(
        session, feature_id, CheckSpec(command="pytest -q", files=list(contents)), contents, actor=actor
    )
    assert view.check is not None
    return view.check.hash


def verify(session: Session, feature_id: int, verdict: str = "passed", actor: Actor = CODER) -> VerificationView:
    """Run a verification from its beginning to its verdict."""
    queued = backlog.begin_verification(session, feature_id, actor=actor, policy="green", lease_seconds=LEASE)
    backlog.advance_verification(session, queued.id, "verifier", LEASE)
    result = VerificationResult(verdict=verdict, commit="c0ffee", tree="7ee", exit_head=0, seconds=1.5, output="ok")
    return backlog.finish_verification(session, queued.id, result, executor="verifier")


def turn_green(session: Session, actor: Actor = CODER) -> FeatureView:
    """Take the next card and bring it to green with a receipt."""
    card = work_on(session, actor)
    give_check(session, card.id, actor)
    receipt = verify(session, card.id, actor=actor)
    return backlog.mark_passing(session, card.id, actor=actor, proof="green", receipt_id=receipt.id)


def events(session: Session, after: int = 0) -> list[Event]:
    """Everything the log was told."""
    return [stored.event for stored in runs.events(session, after=after, limit=1_000_000)]


def changes(session: Session, after: int = 0) -> list[tuple[int, str]]:
    """(card, change) of every card the log was told about."""
    return [(told.feature_id, told.change) for told in events(session, after) if isinstance(told, FeatureUpdate)]


def last_progress(session: Session) -> Progress:
    """The counts the log was told last."""
    return [told for told in events(session) if isinstance(told, Progress)][-1]


def newest(session: Session) -> int:
    """The last seq of the log."""
    return runs.log_bounds(session).newest


def stored_schedule(session: Session) -> dict[int, tuple[int, int]]:
    """(waiting_on, unblocks) of every card as stored."""
    rows = execute(session, "SELECT id, waiting_on, unblocks FROM features")
    return {row[0]: (row[1], row[2]) for row in rows}
