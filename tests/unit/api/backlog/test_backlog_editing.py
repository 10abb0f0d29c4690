from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.backlog.schemas import MAX_ID, FeatureCreate, FeatureUpdate
from api.backlog.statuses import PERSON
from api.database import Database
from api.errors import Conflict, InvalidInput, NotAllowed, NotFound, StaleClaim
from api.events import FeatureUpdate as Told
from tests import backlogs
from tests.backlogs import ASSISTANT, CODER, INITIALIZER, fill, new, turn_green, work_on


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def create(session: Session, *needs: int) -> int:
    feature = FeatureCreate(category="c", name="n", dependencies=list(needs))
    return backlog.create(session, feature, PERSON).id


def test_a_created_feature_is_pending_at_the_end_of_the_queue(session: Session) -> None:
    feature = FeatureCreate(category=" auth ", name=" Log in ", description="d", steps=["open", " type "])
    first, second = backlog.create(session, feature, PERSON), backlog.create(session, feature, PERSON)
    assert (first.category, first.name, first.steps) == ("auth", "Log in", ["open", "type"])
    assert (first.status, first.priority, second.priority) == ("pending", 1, 2)
    assert (first.passes, first.in_progress, first.blocked, first.verifying, first.stale) == (False,) * 5
    assert (first.proof, first.check, first.last_receipt, first.claimed_by, first.moved_by) == (None,) * 5
    assert backlog.get(session, first.id) == first


def test_creating_is_told_with_the_card_and_the_counts(session: Session) -> None:
    card = backlog.create(session, new("x"), PERSON)
    told = backlogs.events(session)
    assert isinstance(told[0], Told)
    assert (told[0].feature_id, told[0].change, told[0].actor) == (card.id, "created", "person")
    assert told[0].feature == card.model_dump(mode="json")
    assert backlogs.last_progress(session).total == 1


def test_a_bulk_call_keeps_its_order_and_resolves_its_own_indices(session: Session) -> None:
    first = create(session)
    cards = backlog.create_bulk(
        session,
        [new("a"), new("b", 0), FeatureCreate(category="c", name="d", dependencies=[first], depends_on_indices=[1, 1])],
        INITIALIZER,
    )
    a, b, c = (card.id for card in cards)
    assert [card.dependencies for card in cards] == [[], [a], sorted([first, b])]
    assert [card.blocked for card in cards] == [False, True, True]
    assert [card.id for card in backlog.ready(session)] == [first, a] or [a, first]
    assert c in [blocked.feature.id for blocked in backlog.blocked(session)]


@pytest.mark.parametrize("count", [0, 501])
def test_a_bulk_call_has_limits(session: Session, count: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 500 features at a time"):
        backlog.create_bulk(session, [new("x")] * count, PERSON)


def test_five_hundred_at_once(session: Session) -> None:
    assert len(fill(session, [[place - 1] if place else [] for place in range(500)])) == 500
    assert backlog.stats(session).blocked == 499


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ([new("a", 0)], "cannot depend on index 0"),
        ([new("a", 5)], "cannot depend on index 5"),
        ([new("a", 1), new("b", 0)], r"go in a circle \(0 -> 1 -> 0\)"),
        ([FeatureCreate(category="c", name="n", dependencies=[99])], "no feature 99 to depend on"),
        (
            [FeatureCreate(category="c", name="n", depends_on_indices=list(range(1, 21)), dependencies=[1])]
            + [new("x")] * 20,
            "at most 20",
        ),
    ],
)
def test_a_bulk_call_is_all_or_nothing(database: Database, features: list[FeatureCreate], said: str) -> None:
    with pytest.raises(InvalidInput, match=said), database.write() as session:
        backlog.create_bulk(session, features, PERSON)
    with database.read() as session:
        assert backlog.stats(session).total == 0
        assert backlogs.events(session) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 256},
        {"category": "x" * 101},
        {"steps": ["x"] * 51},
        {"steps": [""]},
        {"dependencies": list(range(1, 22))},
        {"dependencies": [0]},
        {"dependencies": [MAX_ID + 1]},
        {"depends_on_indices": [-1]},
        {"colour": "red"},
    ],
)
def test_limits_of_a_feature(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FeatureCreate.model_validate({"category": "c", "name": "n", **fields})


def test_the_greatest_feature_there_can_be(session: Session) -> None:
    card = backlog.create(session, FeatureCreate(category="c" * 100, name="n" * 255, steps=["s"] * 50), PERSON)
    assert (len(card.name), len(card.steps)) == (255, 50)


@pytest.mark.parametrize("text", ["naïve 日本 🎉", 'quo"te\\', "nul\x00byte", "lone\ud800surrogate"])
def test_any_text_survives(session: Session, text: str) -> None:
    card = backlog.create(session, FeatureCreate(category="c", name=text, description=text, steps=[text]), PERSON)
    clean = text.encode("utf-8", "replace").decode()
    assert (card.name, card.description, card.steps) == (clean, clean, [clean])
    assert backlog.get(session, card.id) == card
    assert backlog.board_json(session)


def test_an_update_changes_what_is_given(session: Session) -> None:
    card = create(session)
    changed = backlog.update(session, card, FeatureUpdate(name="new", steps=["a"], priority=9), ASSISTANT)
    assert (changed.name, changed.steps, changed.priority, changed.category) == ("new", ["a"], 9, "c")
    assert backlogs.changes(session)[-1] == (card, "edited")


def test_an_update_of_nothing_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Nothing to change"):
        backlog.update(session, create(session), FeatureUpdate(), PERSON)


def test_an_update_can_set_dependencies(session: Session) -> None:
    first, second = create(session), create(session)
    changed = backlog.update(session, second, FeatureUpdate(dependencies=[first]), PERSON)
    assert (changed.dependencies, changed.blocked) == ([first], True)
    assert backlog.update(session, second, FeatureUpdate(dependencies=[]), PERSON).blocked is False


@pytest.mark.parametrize("feature_id", [1, 0, -1, MAX_ID, MAX_ID + 1, 10**30])
def test_ids_that_do_not_exist(session: Session, feature_id: int) -> None:
    for call in (
        lambda: backlog.get(session, feature_id),
        lambda: backlog.update(session, feature_id, FeatureUpdate(name="x"), PERSON),
        lambda: backlog.delete(session, feature_id, PERSON),
        lambda: backlog.skip(session, feature_id, PERSON),
        lambda: backlog.set_dependencies(session, feature_id, [], PERSON),
        lambda: backlog.add_dependency(session, feature_id, 1, PERSON),
    ):
        with pytest.raises(NotFound, match=f"no feature {feature_id}"):
            call()


def test_coders_do_not_edit(session: Session) -> None:
    card = create(session)
    with pytest.raises(NotAllowed, match="may not edit"):
        backlog.update(session, card, FeatureUpdate(name="x"), CODER)
    with pytest.raises(NotAllowed, match="may not delete"):
        backlog.delete(session, card, CODER)
    with pytest.raises(NotAllowed, match="may not create"):
        backlog.create(session, new("x"), CODER)


def test_deleting_frees_what_depended_on_it(session: Session) -> None:
    first, second = fill(session, [[], [0]])
    after = backlogs.newest(session)
    backlog.delete(session, first, PERSON)
    assert backlog.get(session, second).dependencies == []
    assert [card.id for card in backlog.ready(session)] == [second]
    assert backlogs.changes(session, after) == [(first, "deleted"), (second, "scheduled")]
    assert backlogs.last_progress(session).total == 1


def test_restoring_brings_everything_back(session: Session) -> None:
    first, second, third = fill(session, [[], [0], [1]])
    before = [backlog.get(session, card) for card in (first, second, third)]
    backlog.delete(session, second, PERSON)
    assert backlog.restore(session, second, PERSON) == before[1]
    assert [backlog.get(session, card) for card in (first, second, third)] == before
    assert backlogs.changes(session)[-1] == (second, "restored")
    with pytest.raises(NotFound, match="no deleted feature"):
        backlog.restore(session, second, PERSON)


def test_restoring_a_green_card_keeps_its_receipt(session: Session) -> None:
    create(session)
    green = turn_green(session)
    backlog.delete(session, green.id, PERSON)
    assert backlog.restore(session, green.id, PERSON) == green


def test_restoring_leaves_out_what_makes_no_sense_any_more(session: Session) -> None:
    first, second, third = fill(session, [[], [0], [1]])
    backlog.delete(session, second, PERSON)
    backlog.set_dependencies(session, first, [third], PERSON)
    assert backlog.restore(session, second, PERSON).dependencies == [first]
    assert backlog.get(session, third).dependencies == []
    backlog.delete(session, second, PERSON)
    backlog.set_dependencies(session, first, [], PERSON)
    backlog.delete(session, first, PERSON)
    assert backlog.restore(session, second, PERSON).dependencies == []


def test_ids_of_deleted_cards_are_not_used_again(session: Session) -> None:
    first = create(session)
    backlog.delete(session, first, PERSON)
    assert create(session) > first


def test_only_a_person_deletes_what_is_being_worked_on(session: Session) -> None:
    create(session)
    card = work_on(session)
    claim = backlog.current_claim(session, CODER.name, card.id)
    with pytest.raises(Conflict, match="being worked on"):
        backlog.delete(session, card.id, ASSISTANT)
    backlog.delete(session, card.id, PERSON)
    with pytest.raises(NotFound):
        backlog.mark_passing(session, card.id, actor=CODER, proof="unproven", claim=claim)
    assert backlog.restore(session, card.id, PERSON).status == "pending"
    with pytest.raises(StaleClaim):
        backlog.mark_passing(session, card.id, actor=CODER, proof="unproven", claim=claim)


def test_a_skipped_card_comes_after_all_others_even_if_much_waits_for_it(session: Session) -> None:
    first, second, _ = fill(session, [[], [], [0]])
    assert [card.id for card in backlog.ready(session)] == [first, second]
    skipped = backlog.skip(session, first, PERSON)
    assert skipped.priority > 3
    assert [card.id for card in backlog.ready(session)] == [second, first]
    backlog.skip(session, second, PERSON)
    assert [card.id for card in backlog.ready(session)] == [first, second]


def test_a_new_priority_takes_a_skipped_card_out_of_the_end(session: Session) -> None:
    first, second = fill(session, [[], []])
    backlog.skip(session, first, PERSON)
    backlog.update(session, first, FeatureUpdate(priority=0), PERSON)
    assert [card.id for card in backlog.ready(session)] == [first, second]


def test_a_coder_skips_its_own_card_and_lets_go(session: Session) -> None:
    first, second = fill(session, [[], []])
    work_on(session)
    with pytest.raises(NotAllowed, match="not claimed by you"):
        backlog.skip(session, second, CODER)
    assert backlog.skip(session, first, CODER).status == "pending"
    assert work_on(session).id == second


def test_a_passing_card_is_not_skipped(session: Session) -> None:
    create(session)
    with pytest.raises(Conflict, match="nothing to skip"):
        backlog.skip(session, turn_green(session).id, PERSON)


def test_dependencies_are_set_added_and_removed(session: Session) -> None:
    first, second, third = fill(session, [[], [], []])
    assert backlog.set_dependencies(session, third, [second, first, first], PERSON).dependencies == [first, second]
    assert backlog.remove_dependency(session, third, first, PERSON).dependencies == [second]
    assert backlog.add_dependency(session, third, first, PERSON).dependencies == [first, second]
    with pytest.raises(NotFound, match="does not depend on"):
        backlog.remove_dependency(session, first, third, PERSON)


def test_dependencies_that_cannot_be(session: Session) -> None:
    first, second, third = fill(session, [[], [0], [1]])
    with pytest.raises(InvalidInput, match="cannot depend on itself"):
        backlog.add_dependency(session, first, first, PERSON)
    with pytest.raises(InvalidInput, match="no feature 99"):
        backlog.add_dependency(session, first, 99, PERSON)
    with pytest.raises(InvalidInput, match=rf"circle \({first} -> {third} -> {second} -> {first}\)"):
        backlog.add_dependency(session, first, third, PERSON)
    many = fill(session, [[] for _ in range(21)])
    with pytest.raises(InvalidInput, match="at most 20"):
        backlog.set_dependencies(session, first, many, PERSON)
    assert backlog.get(session, first).dependencies == []


def test_a_cycle_already_there_elsewhere_is_not_blamed(session: Session) -> None:
    cards = fill(session, [[], [0], [0], [1, 2]])
    assert backlog.set_dependencies(session, cards[3], cards[:2], PERSON).dependencies == cards[:2]
