"""Whatever is done in whatever order: what the backlog keeps for speed equals what it would compute from scratch."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from api.backlog import rules, service
from api.backlog.repository import graph
from api.backlog.schemas import FeatureCreate, FeatureUpdate
from api.backlog.statuses import HARNESS, PERSON, STATUSES, Actor
from api.database import execute, open_database
from api.errors import AppError
from tests import backlogs

OWNERS = st.sampled_from(["agent-1", "agent-2", "agent-3"])
PLACE = st.integers(0, 9)


class Backlog(RuleBasedStateMachine):
    """One database, any order of calls; a refused call must change nothing."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "features.db")
        self.database = open_database(self.folder / "features.db", "project")
        self.features = service.FeatureList(self.database, self.folder)
        self.ids: list[int] = []
        self.now = 1_000.0
        self.refusals: list[str] = []

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def attempt(self, call: object) -> None:
        assert callable(call)
        self.now += 10
        try:
            with self.database.write() as session:
                call(session)
        except AppError as error:
            self.refusals.append(str(error))

    def card(self, place: int) -> int:
        return self.ids[place % len(self.ids)]

    @initialize(needs=st.lists(st.lists(PLACE, max_size=2), min_size=2, max_size=8))
    def begin(self, needs: list[list[int]]) -> None:
        wanted = [
            sorted({place % number for place in places} if number else set()) for number, places in enumerate(needs)
        ]
        with self.database.write() as session:
            self.ids = backlogs.fill(session, wanted)

    @rule(place=PLACE)
    def create(self, place: int) -> None:
        feature = FeatureCreate(category="c", name="n", dependencies=[self.card(place)])

        def call(session: Session) -> None:
            self.ids.append(service.create(session, feature, PERSON).id)

        self.attempt(call)

    @rule(place=PLACE, needs=st.lists(PLACE, max_size=3))
    def depend(self, place: int, needs: list[int]) -> None:
        ids = [self.card(need) for need in needs]
        self.attempt(lambda session: service.set_dependencies(session, self.card(place), ids, PERSON))

    @rule(owner=OWNERS, lease=st.sampled_from([15.0, 1_000.0]))
    def claim(self, owner: str, lease: float) -> None:
        self.attempt(lambda session: service.claim_next(session, owner, lease, self.now))

    @rule(owner=OWNERS, place=PLACE)
    def pass_(self, owner: str, place: int) -> None:
        actor = Actor(owner, "coder")
        self.attempt(lambda session: service.mark_passing(session, self.card(place), actor=actor, proof="unproven"))

    @rule(place=PLACE)
    def pass_by_hand(self, place: int) -> None:
        self.attempt(lambda session: service.mark_passing(session, self.card(place), actor=PERSON, proof="unproven"))

    @rule(place=PLACE)
    def fail(self, place: int) -> None:
        self.attempt(lambda session: service.mark_failing(session, self.card(place), "broke", actor=HARNESS))

    @rule(place=PLACE, other=PLACE)
    def undo(self, place: int, other: int) -> None:
        touched = [self.card(other)]
        self.attempt(
            lambda session: service.undo(session, self.card(place), "no", actor=PERSON, note="undone", touched=touched)
        )

    @rule(place=PLACE)
    def ask(self, place: int) -> None:
        self.attempt(lambda session: service.request_human(session, self.card(place), "?", actor=HARNESS))

    @rule(place=PLACE)
    def answer(self, place: int) -> None:
        self.attempt(lambda session: service.resolve_human(session, self.card(place), {}, actor=PERSON))

    @rule(place=PLACE)
    def skip(self, place: int) -> None:
        self.attempt(lambda session: service.skip(session, self.card(place), PERSON))

    @rule(place=PLACE, priority=st.integers(0, 5))
    def reorder(self, place: int, priority: int) -> None:
        changes = FeatureUpdate(priority=priority)
        self.attempt(lambda session: service.update(session, self.card(place), changes, PERSON))

    @rule(owner=OWNERS)
    def release(self, owner: str) -> None:
        self.attempt(lambda session: service.release_owner(session, owner, "stop"))

    @rule(place=PLACE)
    def delete(self, place: int) -> None:
        self.attempt(lambda session: service.delete(session, self.card(place), PERSON))

    @rule(place=PLACE)
    def restore(self, place: int) -> None:
        self.attempt(lambda session: service.restore(session, self.card(place), PERSON))

    @invariant()
    def refusals_are_sentences(self) -> None:
        assert [said for said in self.refusals if not said.endswith(".") or "\n" in said] == []

    @invariant()
    @precondition(lambda self: bool(self.ids))
    def the_schedule_is_what_a_full_computation_gives(self) -> None:
        with self.database.read() as session:
            passing = {card.id: card.passes for card in service.listing(session)}
            assert backlogs.stored_schedule(session) == rules.schedule(passing, graph.edges(session))
            edges: dict[int, list[int]] = {}
            for feature, needed in graph.edges(session):
                edges.setdefault(feature, []).append(needed)
            assert rules.find_cycle(edges) is None

    @invariant()
    @precondition(lambda self: bool(self.ids))
    def the_counts_are_what_counting_gives(self) -> None:
        with self.database.read() as session:
            cards = service.listing(session)
            stats = service.stats(session)
            assert {status: sum(card.status == status for card in cards) for status in STATUSES} == {
                status: getattr(stats, status) for status in STATUSES
            }
            assert stats.blocked == sum(card.blocked for card in cards)
            assert stats.ready == len(service.ready(session, 1_000))
            assert execute(session, "SELECT count(*) FROM counters WHERE n < 0").fetchone()[0] == 0

    @invariant()
    @precondition(lambda self: bool(self.ids))
    def the_log_tells_every_card_as_it_is(self) -> None:
        with self.database.read() as session:
            told: dict[int, object] = {}
            for event in backlogs.events(session):
                if event.type == "feature_update":
                    told[event.feature_id] = event.feature
            expected = {card.id: card.model_dump(mode="json") for card in service.listing(session)}
            assert {key: value for key, value in told.items() if value is not None} == expected
            assert backlogs.last_progress(session).total == len(expected)

    @invariant()
    @precondition(lambda self: bool(self.ids))
    def the_feature_list_is_what_the_backlog_says(self) -> None:
        assert self.features.keep() in {"written", "same"}
        with self.database.read() as session:
            cards = [(card.name, card.steps, card.passes) for card in service.listing(session)]
        entries = json.loads((self.folder / service.LISTED).read_text())
        assert [(entry["name"], entry["steps"], entry["passes"]) for entry in entries] == cards


def test_any_order_of_calls_keeps_what_is_stored_right(migrated: Path) -> None:
    Backlog.template = migrated
    run_state_machine_as_test(
        Backlog, settings=settings(max_examples=25, stateful_step_count=25, deadline=None, database=None)
    )
