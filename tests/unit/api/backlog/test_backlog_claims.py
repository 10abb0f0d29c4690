from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.schemas import Claim
from api.backlog.statuses import PERSON
from api.database import Database
from api.errors import Conflict, NotAllowed, NotFound, StaleClaim
from tests import backlogs
from tests.backlogs import CODER, LEASE, OTHER, fill, give_check, turn_green, work_on

NOW = 1_000_000.0


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def next_for(session: Session, owner: str, now: float = NOW) -> int | None:
    card = backlog.claim_next(session, owner, LEASE, now)
    return None if card is None else card.id


def test_the_next_card_is_claimed_in_the_same_step(session: Session) -> None:
    (card,) = fill(session, [[]])
    claimed = backlog.claim_next(session, "agent-1", LEASE, NOW)
    assert claimed is not None
    assert (claimed.id, claimed.status, claimed.in_progress, claimed.claimed_by) == (
        card,
        "in_progress",
        True,
        "agent-1",
    )
    assert backlog.get(session, card) == claimed
    assert backlogs.changes(session)[-1] == (card, "claimed")
    assert backlogs.last_progress(session).in_progress == 1


def test_an_owner_keeps_the_card_it_has(session: Session) -> None:
    fill(session, [[], []])
    assert next_for(session, "agent-1") == next_for(session, "agent-1")
    token = backlog.current_claims(session, "agent-1")
    assert next_for(session, "agent-1", NOW + LEASE * 5) == token[0].feature_id
    assert backlog.current_claims(session, "agent-1") == token


def test_two_owners_never_get_the_same_card(session: Session) -> None:
    cards = fill(session, [[], []])
    assert [next_for(session, "agent-1"), next_for(session, "agent-2"), next_for(session, "agent-3")] == [*cards, None]


def test_what_unblocks_most_comes_first_then_priority(session: Session) -> None:
    lone, root, middle, leaf, pair, last = fill(session, [[], [], [1], [2], [], [4]])
    order = [card.id for card in backlog.ready(session)]
    assert order == [root, pair, lone]
    backlog.mark_passing(session, root, actor=PERSON, proof="unproven")
    assert [card.id for card in backlog.ready(session)] == [middle, pair, lone]
    assert {blocked.feature.id: blocked.waiting_on for blocked in backlog.blocked(session)} == {
        leaf: [middle],
        last: [pair],
    }


def test_blocked_cards_are_not_given(session: Session) -> None:
    first, second = fill(session, [[], [0]])
    assert next_for(session, "agent-1") == first
    assert next_for(session, "agent-2") is None
    with pytest.raises(Conflict, match="waits for 1 others"):
        backlog.claim(session, second, "agent-2", LEASE, NOW)


def test_an_expired_claim_goes_back_and_its_token_is_stale(session: Session) -> None:
    (card,) = fill(session, [[]])
    next_for(session, "agent-1")
    old = backlog.current_claim(session, "agent-1", card)
    assert next_for(session, "agent-2", NOW + LEASE - 1) is None
    assert next_for(session, "agent-2", NOW + LEASE + 1) == card
    new = backlog.current_claim(session, "agent-2", card)
    assert new.token > old.token
    assert backlogs.changes(session)[-2:] == [(card, "released"), (card, "claimed")]
    with pytest.raises(StaleClaim, match="was lost"):
        backlog.mark_passing(session, card, actor=CODER, proof="unproven", claim=old)
    with pytest.raises(StaleClaim, match="claimed by agent-2"):
        backlog.skip(session, card, CODER)
    with pytest.raises(StaleClaim, match="does not hold"):
        backlog.current_claim(session, "agent-1", card)


def test_the_same_owner_with_an_old_token_is_refused(session: Session) -> None:
    (card,) = fill(session, [[]])
    next_for(session, "agent-1")
    old = backlog.current_claim(session, "agent-1", card)
    backlog.release(session, card, "agent-1", "restart")
    next_for(session, "agent-1")
    with pytest.raises(StaleClaim):
        backlog.check_claim(session, old)
    backlog.check_claim(session, backlog.current_claim(session, "agent-1", card))


def test_renewing_keeps_a_claim_alive(session: Session) -> None:
    (card,) = fill(session, [[]])
    next_for(session, "agent-1")
    told = backlogs.newest(session)
    assert backlog.renew(session, "agent-1", LEASE, NOW + LEASE - 1) == 1
    assert backlog.renew(session, "agent-2", LEASE, NOW) == 0
    assert backlog.expire(session, NOW + LEASE + 1) == []
    assert backlogs.newest(session) == told
    assert backlog.expire(session, NOW + 3 * LEASE) == [card]


def test_a_certain_card_can_be_claimed(session: Session) -> None:
    first, second = fill(session, [[], []])
    assert backlog.claim(session, second, "agent-1", LEASE, NOW).claimed_by == "agent-1"
    assert backlog.claim(session, second, "agent-1", LEASE, NOW + 1).claimed_by == "agent-1"
    with pytest.raises(Conflict, match="already being worked on"):
        backlog.claim(session, second, "agent-2", LEASE, NOW)
    assert backlog.claim(session, second, "agent-2", LEASE, NOW + 2 * LEASE).claimed_by == "agent-2"
    with pytest.raises(NotFound):
        backlog.claim(session, 99, "agent-1", LEASE, NOW)
    assert first in [card.id for card in backlog.ready(session)]


def test_releasing_returns_a_card_with_the_reason(session: Session) -> None:
    (card,) = fill(session, [[]])
    next_for(session, "agent-1")
    with pytest.raises(StaleClaim, match="claimed by agent-1"):
        backlog.release(session, card, "agent-2", "mine?")
    released = backlog.release(session, card, "agent-1", "session ended")
    assert (released.status, released.claimed_by) == ("pending", None)
    told = backlogs.events(session)[-2]
    assert getattr(told, "note", None) == "session ended"
    with pytest.raises(NotAllowed, match="not claimed by you"):
        backlog.release(session, card, "agent-1", "again")


def test_a_person_releases_for_an_owner(session: Session) -> None:
    (card,) = fill(session, [[]])
    next_for(session, "agent-1")
    assert backlog.release(session, card, "agent-1", "stuck", actor=PERSON).status == "pending"
    with pytest.raises(Conflict, match="nothing to release"):
        backlog.release(session, card, "agent-1", "again", actor=PERSON)


def test_releasing_an_owner_returns_all_it_holds(session: Session) -> None:
    first, second, third = fill(session, [[], [], []])
    for card in (first, second):
        backlog.claim(session, card, "agent-1", LEASE, NOW)
    backlog.claim(session, third, "agent-2", LEASE, NOW)
    assert backlog.release_owner(session, "agent-1", "crashed") == [first, second]
    assert backlog.claimed(session) == [Claim(feature_id=third, owner="agent-2", token=1)]
    assert backlog.release_owner(session, "agent-1", "crashed") == []


def test_a_card_that_was_green_goes_back_as_failing(session: Session) -> None:
    fill(session, [[]])
    green = turn_green(session)
    backlog.mark_failing(session, green.id, "broke", actor=PERSON)
    assert work_on(session).status == "in_progress"
    assert backlog.release(session, green.id, CODER.name, "gave up").status == "failing"
    work_on(session)
    assert backlog.expire(session, 1e12) == [green.id]
    assert backlog.get(session, green.id).status == "failing"


def test_letting_go_cancels_the_verification(session: Session) -> None:
    (card,) = fill(session, [[]])
    work_on(session)
    give_check(session, card)
    queued = backlog.begin_verification(session, card, actor=CODER, policy="green", lease_seconds=LEASE)
    backlog.release(session, card, CODER.name, "stop")
    assert backlog.verification(session, queued.id).state == "cancelled"
    assert backlog.get(session, card).verifying is False


def test_attempts_are_counted_until_the_card_passes(session: Session) -> None:
    (card,) = fill(session, [[]])
    assert [backlog.record_attempt(session, card, "no tests") for _ in range(2)] == [1, 2]
    assert backlog.get(session, card).attempts == 2
    assert turn_green(session).attempts == 0


def test_other_coders_cannot_act_on_a_claimed_card(session: Session) -> None:
    (card,) = fill(session, [[]])
    work_on(session)
    for call in (
        lambda: backlog.mark_passing(session, card, actor=OTHER, proof="unproven"),
        lambda: backlog.mark_failing(session, card, "x", actor=OTHER),
        lambda: backlog.request_human(session, card, "x", actor=OTHER),
        lambda: give_check(session, card, OTHER),
    ):
        with pytest.raises(StaleClaim, match="claimed by agent-1"):
            call()
