"""No false green: every trick ends without one, and its honest counterpart is proven."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, HumanField
from api.backlog.statuses import PERSON, Actor
from api.database import Database
from api.errors import AppError, Conflict, NotAllowed, StaleClaim
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.verification import Conditions, Submitter, Verdict, Verifier
from harness.workspaces.repository import ProjectRepository
from tests.adversaries import APP, COMMAND, DONE, HONEST, NAME, WORK, Move, Scene, a_test, tricks, with_check
from tests.gitcards import add_card, card, claim_card, open_backlog, runs
from tests.gitprojects import open_project, start_card

pytestmark = pytest.mark.skipif(not Bubblewrap().availability().ok, reason="this machine offers no places with walls")

TRICKS = {trick.name: trick for trick in tricks(0, Path("/"))}
HONEST_ONES = [name for name, trick in TRICKS.items() if trick.honest is not None]


class Table:
    """A project with an older green card, and the card that is played for."""

    def __init__(self, base: Path) -> None:
        self.repository: ProjectRepository = open_project(base, files=APP)
        self.database: Database = open_backlog(self.repository.folder)
        self.verifier = Verifier(
            self.database, self.repository, Bubblewrap(), Conditions(check_seconds=3, setup_seconds=20)
        )
        older = add_card(self.database, "Addition")
        spec = CheckSpec(command="python3 -m unittest tests.test_add", files=["tests/test_add.py"])
        with self.database.write() as session:
            backlog.set_check(
                session, older, spec, {"tests/test_add.py": APP["tests/test_add.py"].encode()}, actor=PERSON
            )
        self.card = add_card(self.database, "Subtraction")
        self.tip = self.repository.integration_tip()
        self.submitter = self.enter("agent-1")

    def enter(self, agent: str) -> Submitter:
        """An agent with the card, and its clone."""
        actor = claim_card(self.database, self.card, agent)
        return Submitter(self.verifier, actor, start_card(self.repository, agent, self.card))

    def play(self, move: Move, submitter: Submitter | None = None) -> None:
        """Do it in the agent's clone."""
        workspace = (submitter or self.submitter).workspace

        def freeze(spec: CheckSpec) -> None:
            with self.database.write() as session:
                contents = workspace.read_files(spec.files)
                backlog.set_check(session, self.card, spec, contents, actor=PERSON)

        move(Scene(workspace.path, freeze))

    async def verdict(self) -> Verdict:
        """What the harness says; a refusal before anything is run counts as broken."""
        try:
            return await self.submitter.verify(self.card)
        except Conflict as error:
            return Verdict("broken", error.detail)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", TRICKS)
async def test_no_trick_turns_a_card_green(table: Table, tmp_path: Path, port: int, name: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("done")
    trick = next(trick for trick in tricks(port, outside) if trick.name == name)
    table.play(trick.cheat)
    verdict = await table.verdict()
    assert not verdict.passed
    assert trick.says in f"{verdict.detail}\n{verdict.output}"
    found = card(table.database, table.card)
    assert found.status == ("needs_input" if trick.asked else "in_progress")
    assert table.repository.integration_tip() == table.tip
    assert all(receipt.state != "passed" for receipt in runs(table.database, table.card))


@pytest.mark.parametrize("name", HONEST_ONES)
async def test_the_honest_counterpart_is_proven(table: Table, name: str) -> None:
    honest = TRICKS[name].honest
    assert honest is not None
    table.play(honest)
    verdict = await table.verdict()
    assert verdict.passed, verdict
    found = card(table.database, table.card)
    assert (found.status, found.proof) == ("passing", "proven")
    (receipt,) = runs(table.database, table.card)
    assert (receipt.exit_base, receipt.exit_head, receipt.policy) == (1, 0, "proven")
    assert "without the work" in receipt.output


async def test_what_was_there_already_is_guarded_and_never_proven(table: Table) -> None:
    table.play(with_check({}, a_test("self.assertEqual(calc.add(5, 3), 8)"), already_satisfied="Addition is there."))
    assert (await table.verdict()).passed
    assert card(table.database, table.card).proof == "guarded"


async def test_a_guard_passes_on_both_sides(table: Table) -> None:
    tidy = {"calc.py": APP["calc.py"].replace("a + b", "sum((a, b))")}
    table.play(with_check(tidy, a_test("self.assertEqual(calc.add(5, 3), 8)"), kind="guard"))
    assert (await table.verdict()).passed
    found = card(table.database, table.card)
    assert (found.proof, found.last_receipt and found.last_receipt.exit_base) == ("guarded", 0)


async def test_amending_a_check_voids_its_receipt(table: Table) -> None:
    table.play(HONEST)
    assert (await table.verdict()).passed
    table.play(lambda scene: scene.check(a_test("pass")))
    found = card(table.database, table.card)
    assert (found.proof, found.last_receipt) == ("unproven", None)


async def answered(table: Table, yes: bool) -> Verdict:
    """A person answers the question about a planted conftest, and the agent tries again."""
    table.play(with_check({**WORK, "conftest.py": "collect_ignore = ['x']\n"}))
    await table.verdict()
    request = card(table.database, table.card).human_request
    assert request is not None
    assert "conftest.py" in request.prompt
    assert "+collect_ignore = ['x']" in request.prompt
    answer = {field.name: yes for field in request.fields if field.kind == "boolean"}
    with table.database.write() as session:
        with pytest.raises(NotAllowed):
            backlog.resolve_human(session, table.card, answer, actor=Actor("mcp:1", "client"))
        backlog.resolve_human(session, table.card, answer, actor=PERSON)
    claim_card(table.database, table.card)
    return await table.verdict()


async def test_what_a_person_approved_is_proven(table: Table) -> None:
    assert (await answered(table, yes=True)).passed
    assert card(table.database, table.card).proof == "proven"


async def test_what_a_person_did_not_approve_is_refused(table: Table) -> None:
    verdict = await answered(table, yes=False)
    assert "did not approve" in verdict.detail
    assert card(table.database, table.card).status == "in_progress"


async def test_an_approval_is_for_these_changes_alone(table: Table) -> None:
    assert table.submitter.workspace.path.is_dir()
    table.play(with_check({**WORK, "conftest.py": "collect_ignore = ['x']\n"}))
    await table.verdict()
    request = card(table.database, table.card).human_request
    assert request is not None
    answer = {field.name: True for field in request.fields if field.kind == "boolean"}
    with table.database.write() as session:
        backlog.resolve_human(session, table.card, answer, actor=PERSON)
    claim_card(table.database, table.card)
    table.play(lambda scene: scene.commit({"conftest.py": "collect_ignore = ['*']\n"}))
    assert not (await table.verdict()).passed
    assert card(table.database, table.card).status == "needs_input"


async def test_an_agent_cannot_ask_for_an_approval_itself(table: Table) -> None:
    question = HumanField(name="approve 0123", label="Do you like it?", kind="boolean")
    agent = Actor("agent-1", "coder")
    with table.database.write() as session:
        claim = backlog.current_claim(session, "agent-1", table.card)
        with pytest.raises(AppError, match="may not begin"):
            backlog.request_human(session, table.card, "?", [question], actor=agent, claim=claim)


async def test_a_claim_that_was_lost_is_worth_nothing(table: Table) -> None:
    table.play(HONEST)
    with table.database.write() as session:
        backlog.release_owner(session, "agent-1", "the run is gone")
    with pytest.raises((StaleClaim, NotAllowed)):
        await table.submitter.verify(table.card)
    assert card(table.database, table.card).status == "pending"


async def test_another_cards_id_is_refused(table: Table) -> None:
    table.play(HONEST)
    other = add_card(table.database, "Multiplication")
    with pytest.raises((StaleClaim, NotAllowed)):
        await table.submitter.verify(other)


async def test_two_agents_on_one_card_are_one(table: Table) -> None:
    table.play(HONEST)
    with table.database.write() as session:
        backlog.release_owner(session, "agent-1", "the run is gone")
    second = table.enter("agent-2")
    table.play(HONEST, second)
    with pytest.raises((StaleClaim, NotAllowed)):
        await table.submitter.verify(table.card)
    assert (await second.verify(table.card)).passed


async def test_what_the_clones_git_is_told_to_run_is_not_run(table: Table, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {evidence}\ncat\n")
    program.chmod(0o755)

    def plant(scene: Scene) -> None:
        HONEST(scene)
        scene.commit({".gitattributes": "*.py filter=evil diff=evil\n"})
        for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "core.pager"):
            scene.git("config", key, str(program))
        for hook in ("post-checkout", "reference-transaction", "pre-commit", "post-merge"):
            (scene.folder / ".git" / "hooks").mkdir(exist_ok=True)
            (scene.folder / ".git" / "hooks" / hook).symlink_to(program)

    table.play(plant)
    evidence.unlink(missing_ok=True)
    assert (await table.verdict()).passed
    assert not evidence.exists()


async def test_a_client_in_the_users_folder_is_compared_with_what_was_there_before(table: Table) -> None:
    folder = table.repository.folder
    with table.database.write() as session:
        backlog.release_owner(session, "agent-1", "")
        backlog.claim(session, table.card, "mcp:1", 600)
        spec = CheckSpec(command=COMMAND, files=[NAME])
        actor = Actor("mcp:1", "client")
        claim = backlog.current_claim(session, "mcp:1", table.card)
        contents = {NAME: a_test().encode()}
        backlog.set_check(session, table.card, spec, contents, actor=actor, claim=claim, base=table.tip)
    Scene(folder, lambda _: None).commit({NAME: a_test(), "calc.py": DONE})
    verdict = await table.verifier.verify(table.card, actor=actor)
    assert verdict.passed, verdict
    assert card(table.database, table.card).proof == "proven"


async def test_pictures_are_kept_with_the_receipt(table: Table) -> None:
    body = (
        "import os, pathlib\nfolder = pathlib.Path(os.environ['AUTOCODER_ARTEFACTS'])\n"
        "folder.mkdir(parents=True, exist_ok=True)\n"
        "(folder / 'page.png').write_bytes(b'\\x89PNG\\r\\n\\x1a\\n')\n"
        "self.assertEqual(calc.subtract(5, 3), 2)"
    )
    table.play(with_check(WORK, a_test(body)))
    assert (await table.verdict()).passed
    (receipt,) = runs(table.database, table.card)
    assert receipt.artefacts == ["1-page.png"]
    assert (table.repository.folder / ".autocoder" / "artefacts" / str(receipt.id) / "1-page.png").is_file()
    assert table.repository.uncommitted() == ()
