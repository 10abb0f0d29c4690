from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, VerificationResult
from api.backlog.service import proving
from api.backlog.statuses import HARNESS, PERSON, Actor
from api.database import Database
from api.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleClaim
from api.events import Verification
from tests import backlogs
from tests.backlogs import ASSISTANT, CODER, LEASE, fill, give_check, turn_green, verify, work_on

NOW = 1_000_000.0
PASSED = VerificationResult(verdict="passed")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


@pytest.fixture
def card(session: Session) -> int:
    """A card CODER works on."""
    fill(session, [[], []])
    return work_on(session).id


def begin(session: Session, card: int, now: float | None = None) -> int:
    return backlog.begin_verification(session, card, actor=CODER, policy="green", lease_seconds=LEASE, now=now).id


def test_a_check_is_frozen_with_the_contents_of_its_files(session: Session, card: int) -> None:
    first = give_check(session, card, files={"tests/test_a.py": b"assert 1"})
    assert first != give_check(session, card, files={"tests/test_a.py": b"assert 0"})
    check = backlog.get(session, card).check
    assert check is not None
    assert (check.command, check.files, check.kind, check.set_by) == (
        "pytest -q",
        ["tests/test_a.py"],
        "proof",
        "agent-1",
    )


def test_a_check_needs_its_files(session: Session, card: int) -> None:
    with pytest.raises(InvalidInput, match=r"test_b\.py does not exist"):
        backlog.set_check(session, card, CheckSpec(command="x", files=["test_b.py"]), {}, actor=CODER)


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "~/x", ".git/hooks/x", "..\\x", ""])
def test_check_files_stay_inside_the_project(name: str) -> None:
    with pytest.raises(ValidationError):
        CheckSpec(command="x", files=[name])


def test_a_check_is_not_changed_while_it_runs(session: Session, card: int) -> None:
    give_check(session, card)
    begin(session, card)
    with pytest.raises(Conflict, match="being verified"):
        give_check(session, card)


def test_amending_the_check_of_a_green_card_voids_its_receipt(session: Session) -> None:
    fill(session, [[]])
    green = turn_green(session)
    assert green.last_receipt is not None
    amended = backlog.set_check(session, green.id, CheckSpec(command="true"), {}, actor=PERSON)
    assert (amended.status, amended.proof, amended.last_receipt) == ("passing", "unproven", None)
    assert backlogs.last_progress(session).unproven == 1


def test_a_verification_from_queue_to_receipt(session: Session, card: int) -> None:
    hash_ = give_check(session, card)
    queued = backlog.begin_verification(session, card, actor=CODER, policy="green", lease_seconds=LEASE)
    assert (queued.state, queued.requested_by, queued.check_hash, queued.command) == (
        "queued",
        "agent-1",
        hash_,
        "pytest -q",
    )
    assert backlog.get(session, card).verification_id == queued.id
    running = backlog.advance_verification(session, queued.id, "verifier", LEASE)
    assert (running.state, running.executor) == ("running", "verifier")
    result = VerificationResult(
        verdict="passed", commit="c", tree="t", exit_base=1, exit_head=0, seconds=2.5, output="ok", artefacts=["a.png"]
    )
    done = backlog.finish_verification(session, queued.id, result, executor="verifier")
    assert (done.state, done.commit, done.tree, done.exit_base, done.exit_head) == ("passed", "c", "t", 1, 0)
    assert (done.seconds, done.output, done.artefacts) == (2.5, "ok", ["a.png"])
    assert backlog.get(session, card).verifying is False
    green = backlog.mark_passing(session, card, actor=CODER, proof="green", receipt_id=done.id)
    assert (green.status, green.proof, green.passes, green.claimed_by) == ("passing", "green", True, None)
    assert green.last_receipt is not None
    assert (green.last_receipt.id, green.last_receipt.commit) == (done.id, "c")
    told = [event.state for event in backlogs.events(session) if isinstance(event, Verification)]
    assert told == ["queued", "running", "passed"]
    assert backlog.receipts(session, card) == [done]


def test_only_the_end_of_a_long_output_is_kept(session: Session, card: int) -> None:
    give_check(session, card)
    result = VerificationResult(verdict="failed", output="a" * proving.OUTPUT_LIMIT + "the end")
    done = backlog.finish_verification(session, begin(session, card), result, executor="v")
    assert len(done.output) == proving.OUTPUT_LIMIT
    assert done.output.endswith("the end")


def test_beginning_again_joins_the_one_under_way(session: Session, card: int) -> None:
    give_check(session, card)
    assert begin(session, card) == begin(session, card)


def test_a_card_without_a_check_cannot_be_verified(session: Session, card: int) -> None:
    with pytest.raises(Conflict, match="no check yet: set one with feature_set_check"):
        begin(session, card)


def test_a_verification_is_taken_over_only_when_its_lease_ran_out(session: Session, card: int) -> None:
    give_check(session, card)
    running = begin(session, card, NOW)
    first = backlog.advance_verification(session, running, "a", LEASE, NOW)
    with pytest.raises(StaleClaim, match="run by a"):
        backlog.advance_verification(session, running, "b", LEASE, NOW + 1)
    backlog.advance_verification(session, running, "a", LEASE, NOW + LEASE - 1)
    assert backlog.bury(session, [running], NOW + LEASE) == []
    taken = backlog.advance_verification(session, running, "b", LEASE, NOW + 3 * LEASE)
    assert taken.token > first.token
    with pytest.raises(StaleClaim, match="taken over by b"):
        backlog.finish_verification(session, running, PASSED, executor="a")
    assert backlog.finish_verification(session, running, PASSED, executor="b").state == "passed"


def test_verifying_keeps_the_claim_alive(database: Database) -> None:
    with database.write() as session:
        fill(session, [[]])
        card = backlog.claim_next(session, CODER.name, 10, NOW)
        assert card is not None
        give_check(session, card.id)
        running = begin(session, card.id, NOW)
        backlog.advance_verification(session, running, "v", LEASE, NOW + 5)
        assert backlog.expire(session, NOW + 60) == []
        assert backlog.expire(session, NOW + 5 + LEASE + 1) == [card.id]


def test_a_verdict_comes_once(session: Session, card: int) -> None:
    give_check(session, card)
    done = verify(session, card, "failed")
    with pytest.raises(StaleClaim, match="already failed: begin a new one"):
        backlog.finish_verification(session, done.id, PASSED, executor="verifier")
    with pytest.raises(StaleClaim, match="already failed: begin a new one"):
        backlog.advance_verification(session, done.id, "verifier", LEASE)


@pytest.mark.parametrize("verdict", ["failed", "broken", "cancelled"])
def test_a_card_stays_where_it_is_without_a_pass(session: Session, card: int, verdict: str) -> None:
    give_check(session, card)
    done = verify(session, card, verdict)
    view = backlog.get(session, card)
    assert (view.status, view.claimed_by, view.last_receipt, view.verifying) == ("in_progress", "agent-1", None, False)
    with pytest.raises(Conflict, match="no receipt of feature"):
        backlog.mark_passing(session, card, actor=CODER, proof="green", receipt_id=done.id)


def test_green_needs_a_receipt_of_this_card_and_this_check(session: Session, card: int) -> None:
    with pytest.raises(InvalidInput, match="Only a receipt proves"):
        backlog.mark_passing(session, card, actor=CODER, proof="green")
    with pytest.raises(NotFound, match="no verification 99"):
        backlog.mark_passing(session, card, actor=CODER, proof="green", receipt_id=99)
    give_check(session, card)
    receipt = verify(session, card)
    give_check(session, card, files={"t.py": b"easier"})
    with pytest.raises(Conflict, match="changed after that receipt"):
        backlog.mark_passing(session, card, actor=CODER, proof="green", receipt_id=receipt.id)
    backlog.release(session, card, CODER.name, "x")
    backlog.skip(session, card, PERSON)
    other = work_on(session).id
    assert other != card
    give_check(session, other)
    with pytest.raises(Conflict, match=f"no receipt of feature {other}"):
        backlog.mark_passing(session, other, actor=CODER, proof="green", receipt_id=receipt.id)


def test_an_agent_s_word_is_unproven(session: Session, card: int) -> None:
    view = backlog.mark_passing(session, card, actor=CODER, proof="unproven")
    assert (view.proof, view.moved_by, view.last_receipt) == ("unproven", None, None)
    stats = backlog.stats(session)
    assert (stats.passing, stats.unproven, stats.percentage) == (1, 1, 50.0)


def test_a_person_moves_any_card_by_hand_and_it_says_so(session: Session, card: int) -> None:
    claim = backlog.current_claim(session, CODER.name, card)
    view = backlog.mark_passing(session, card, actor=PERSON, proof="unproven")
    assert (view.status, view.proof, view.moved_by) == ("passing", "unproven", "person")
    with pytest.raises(StaleClaim):
        backlog.mark_passing(session, card, actor=CODER, proof="unproven", claim=claim)


def test_moving_by_hand_cancels_the_verification_under_way(session: Session, card: int) -> None:
    give_check(session, card)
    running = begin(session, card)
    backlog.mark_passing(session, card, actor=PERSON, proof="unproven")
    assert backlog.verification(session, running).state == "cancelled"
    with pytest.raises(StaleClaim, match="already cancelled"):
        backlog.finish_verification(session, running, PASSED, executor="v")


@pytest.mark.parametrize("actor", [ASSISTANT, backlogs.INITIALIZER])
def test_not_everyone_marks_passing(session: Session, card: int, actor: Actor) -> None:
    with pytest.raises(NotAllowed, match="may not mark features as passing"):
        backlog.mark_passing(session, card, actor=actor, proof="unproven")


def test_passing_frees_what_waited(session: Session) -> None:
    first, second, third = fill(session, [[], [0], [0, 1]])
    work_on(session)
    after = backlogs.newest(session)
    backlog.mark_passing(session, first, actor=CODER, proof="unproven")
    assert [card.id for card in backlog.ready(session)] == [second]
    assert backlogs.changes(session, after) == [(first, "passed"), (second, "scheduled")]
    assert backlog.get(session, third).blocked


def test_failing_blocks_what_depends_on_it_again(session: Session) -> None:
    first, second = fill(session, [[], [0]])
    green = turn_green(session)
    after = backlogs.newest(session)
    failing = backlog.mark_failing(session, first, "500 on login", actor=HARNESS)
    assert (failing.status, failing.proof, failing.failing_reason, failing.moved_by) == (
        "failing",
        None,
        "500 on login",
        None,
    )
    assert [card.id for card in backlog.ready(session)] == [first]
    assert backlogs.changes(session, after) == [(first, "failed"), (second, "scheduled")]
    again = turn_green(session)
    assert (again.id, again.failing_reason, again.proof) == (green.id, None, "green")
    assert [card.id for card in backlog.ready(session)] == [second]


def test_a_person_s_failing_says_who(session: Session) -> None:
    fill(session, [[]])
    assert backlog.mark_failing(session, turn_green(session).id, "ugly", actor=PERSON).moved_by == "person"


def test_failing_needs_a_reason_and_something_that_passed(session: Session, card: int) -> None:
    with pytest.raises(InvalidInput, match="reason is empty"):
        backlog.mark_failing(session, card, "  ", actor=CODER)
    waiting = backlog.ready(session)[0].id
    with pytest.raises(Conflict, match="never passed"):
        backlog.mark_failing(session, waiting, "x", actor=PERSON)
    with pytest.raises(NotAllowed, match="not claimed by you"):
        backlog.mark_failing(session, waiting, "x", actor=CODER)


def test_a_coder_gives_its_own_card_up_as_failing(session: Session, card: int) -> None:
    view = backlog.mark_failing(session, card, "cannot be done", actor=CODER)
    assert (view.status, view.claimed_by) == ("failing", None)
    assert backlog.current_claims(session, CODER.name) == []


def test_the_harness_verifies_green_cards_again(session: Session) -> None:
    fill(session, [[]])
    green = turn_green(session)
    assert backlog.mark_stale(session, [green.id, 99]) == [green.id]
    assert backlog.mark_stale(session, [green.id]) == []
    assert backlog.get(session, green.id).stale
    assert [card.id for card in backlog.for_reverification(session)] == [green.id]
    receipt = verify(session, green.id, actor=HARNESS)
    fresh = backlog.mark_passing(session, green.id, actor=HARNESS, proof="green", receipt_id=receipt.id)
    assert (fresh.stale, fresh.last_receipt and fresh.last_receipt.id) == (False, receipt.id)


def test_regression_picks_green_cards_only(session: Session) -> None:
    fill(session, [[] for _ in range(5)])
    green = {turn_green(session).id for _ in range(3)}
    assert {card.id for card in backlog.for_regression(session, 10)} == green
    assert len(backlog.for_regression(session, 2)) == 2


def test_a_verdict_on_a_deleted_card_is_kept(session: Session) -> None:
    fill(session, [[]])
    green = turn_green(session)
    running = backlog.begin_verification(session, green.id, actor=HARNESS, policy="green", lease_seconds=LEASE)
    backlog.delete(session, green.id, PERSON)
    assert backlog.finish_verification(session, running.id, PASSED, executor="v").state == "passed"
    assert backlog.restore(session, green.id, PERSON).verifying is False
