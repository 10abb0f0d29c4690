from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.schemas import FeatureView, VerificationResult
from api.backlog.statuses import HARNESS, PERSON
from api.database import Database, execute
from api.errors import Conflict, NotAllowed, StaleClaim
from api.events import FeatureUpdate
from tests import backlogs

PASSED = VerificationResult(verdict="passed", commit="beef", tree="7ee", exit_head=0, seconds=1, detail="It passed.")
FAILED = VerificationResult(verdict="failed", commit="beef", exit_head=1, seconds=1, detail="It failed.")


def prove(session: Session) -> FeatureView:
    """A card that is green by a check that was red before."""
    card = backlogs.turn_green(session)
    assert card.last_receipt is not None
    execute(session, "UPDATE verifications SET exit_base = 1 WHERE id = ?", (card.last_receipt.id,))
    return backlog.mark_passing(session, card.id, actor=HARNESS, proof="proven", receipt_id=card.last_receipt.id)


def begin(session: Session, feature_id: int, executor: str = "harness@1") -> int:
    return backlog.begin_recheck(session, feature_id, executor=executor, lease_seconds=30).id


def test_green_cards_are_known_with_their_last_pass(database: Database) -> None:
    with database.write() as session:
        first, _, third = backlogs.fill(session, [[], [], []])
        backlogs.turn_green(session)
        backlog.mark_passing(session, third, actor=PERSON, proof="unproven")
        (found,) = backlog.green_checks(session)
    assert (found.feature_id, found.commit, found.tree, found.stale, found.leased) == (
        first,
        "c0ffee",
        "7ee",
        False,
        False,
    )
    assert found.check.command == "pytest -q"


def test_a_check_that_was_changed_has_not_passed(database: Database) -> None:
    with database.write() as session:
        backlogs.fill(session, [[]])
        card = backlogs.turn_green(session)
        backlogs.give_check(session, card.id, PERSON, {"test.py": b"x"})
        assert backlog.green_checks(session) == []


def test_a_pass_keeps_badge_and_receipt(database: Database) -> None:
    with database.write() as session:
        backlogs.fill(session, [[]])
        before = prove(session)
        backlog.mark_stale(session, [before.id])
        number = begin(session, before.id)
        assert backlog.green_checks(session)[0].leased
        after = backlog.refresh(session, number, PASSED, executor="harness@1")
        assert (after.proof, after.stale, after.last_receipt) == ("proven", False, before.last_receipt)
        assert backlog.receipts(session, before.id)[0].id == number
        assert backlog.green_checks(session)[0].commit == "beef"
        told = backlogs.events(session)[-1]
    assert isinstance(told, FeatureUpdate)
    assert (told.change, told.note) == ("rechecked", "It passed.")


def test_old_reruns_are_forgotten_but_never_the_proof(database: Database) -> None:
    with database.write() as session:
        backlogs.fill(session, [[]])
        card = prove(session)
        for _ in range(12):
            backlog.refresh(session, begin(session, card.id), PASSED, executor="harness@1")
        kept = backlog.receipts(session, card.id)
    assert len(kept) == 6
    assert kept[-1].exit_base == 1


def test_a_red_card_is_failing_and_comes_first(database: Database) -> None:
    with database.write() as session:
        ids = backlogs.fill(session, [[], [], []])
        for _ in ids[:2]:
            backlogs.turn_green(session)
        after = backlog.condemn(session, begin(session, ids[1]), FAILED, "Broken by #3.", executor="harness@1")
        assert (after.status, after.failing_reason, after.proof) == ("failing", "Broken by #3.", None)
        assert [card.id for card in backlog.ready(session)] == [ids[1], ids[2]]
        assert backlog.receipts(session, ids[1])[0].state == "failed"


def test_a_card_that_was_moved_meanwhile_stays(database: Database) -> None:
    with database.write() as session:
        (only,) = backlogs.fill(session, [[]])
        backlogs.turn_green(session)
        number = begin(session, only)
        backlog.mark_failing(session, only, "I saw it", actor=PERSON)
        backlogs.work_on(session)
        card = backlog.condemn(session, number, FAILED, "Broken by #3.", executor="harness@1")
        assert (card.status, card.claimed_by, card.verifying) == ("in_progress", "agent-1", False)


def test_a_rerun_of_a_dead_program_is_taken_over(database: Database) -> None:
    with database.write() as session:
        (only,) = backlogs.fill(session, [[]])
        backlogs.turn_green(session)
        number = begin(session, only)
        with pytest.raises(StaleClaim):
            begin(session, only, "harness@2")
        execute(session, "UPDATE verifications SET lease_expires = 0 WHERE id = ?", (number,))
        assert not backlog.green_checks(session)[0].leased
        assert begin(session, only, "harness@2") == number
        with pytest.raises(StaleClaim):
            backlog.refresh(session, number, PASSED, executor="harness@1")


def test_only_green_cards_are_looked_at_again(database: Database) -> None:
    with database.write() as session:
        (only,) = backlogs.fill(session, [[]])
        with pytest.raises(Conflict, match="does not pass"):
            begin(session, only)


def test_what_others_verify_is_known(database: Database) -> None:
    with database.write() as session:
        first, second = backlogs.fill(session, [[], []])
        backlogs.turn_green(session)
        card = backlogs.work_on(session)
        assert card.id == second
        backlogs.give_check(session, second)
        mine = begin(session, first)
        theirs = backlog.begin_verification(
            session, second, actor=backlogs.CODER, policy="green", lease_seconds=60,
            claim=backlog.current_claim(session, "agent-1", second),
        )  # fmt: skip
        assert backlog.active_verifications(session, besides=mine) == [theirs.id]
        assert backlog.active_verifications(session) == [mine, theirs.id]


def test_undoing_makes_a_card_pending_again(database: Database) -> None:
    with database.write() as session:
        ids = backlogs.fill(session, [[], [0], [], []])
        for _ in ids:
            backlogs.turn_green(session)
        number = begin(session, ids[0])
        card = backlog.undo(session, ids[0], " Use blue. ", actor=PERSON, note="Taken back.", touched=[ids[2]])
        assert (card.status, card.proof, card.last_receipt, card.verifying) == ("pending", None, None, False)
        assert (card.moved_by, card.failing_reason) == ("person", None)
        assert card.human_request is not None
        assert card.human_request.answers == {"reason": "Use blue."}
        assert backlog.verification(session, number).state == "cancelled"
        stale = [backlog.get(session, number).stale for number in ids[1:]]
        assert stale == [True, True, False]  # what builds on it, what touches its files, and what does neither
        assert (ids[0], "undone") in backlogs.changes(session)


def test_all_that_stands_on_an_undone_card_is_stale(database: Database) -> None:
    with database.write() as session:
        ids = backlogs.fill(session, [[], [0], [1], [2], [], []])
        for _ in ids[:5]:
            backlogs.turn_green(session)
        backlog.mark_failing(session, ids[2], "broke", actor=HARNESS)
        backlog.mark_passing(session, ids[5], actor=PERSON, proof="unproven")
        backlog.set_dependencies(session, ids[5], [ids[0]], PERSON)
        expected = [ids[1], ids[3]]  # through the failing one, too; not what no check turned green
        assert backlog.standing_on(session, ids[0], [ids[0], ids[1], ids[5]]) == expected
        backlog.undo(session, ids[0], "", actor=PERSON, note="x")
        assert [number for number in ids if backlog.get(session, number).stale] == expected


def test_an_undone_card_that_was_failing_is_pending_for_good(database: Database) -> None:
    with database.write() as session:
        (only,) = backlogs.fill(session, [[]])
        backlogs.turn_green(session)
        backlog.mark_failing(session, only, "broke", actor=HARNESS)
        assert backlog.undo(session, only, "", actor=PERSON, note="x").human_request is None
        backlogs.work_on(session)
        assert backlog.release(session, only, "agent-1", "end").status == "pending"


def test_what_is_not_done_cannot_be_undone(database: Database) -> None:
    with database.write() as session:
        first, second = backlogs.fill(session, [[], []])
        with pytest.raises(Conflict, match="it is not done"):
            backlog.check_undo(session, first, actor=PERSON)
        backlogs.work_on(session)
        with pytest.raises(Conflict, match="it is being worked on"):
            backlog.undo(session, first, "", actor=PERSON, note="x")
        with pytest.raises(NotAllowed):
            backlog.check_undo(session, second, actor=backlogs.CODER)
