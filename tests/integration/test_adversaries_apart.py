"""No false green by other ways than a row of the table: clients, claims, answers, the clone's own git."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.schemas import CheckSpec, HumanField
from api.backlog.statuses import Actor
from api.errors import AppError, NotAllowed, StaleClaim
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.verification import Verdict
from harness.workspaces.landing import Landed
from tests.adversaries.game import Table
from tests.adversaries.hollow import BY_SUPPORT
from tests.adversaries.scene import APP, COMMAND, HONEST, NAME, WORK, Scene, a_test, with_check
from tests.gitcards import add_card, card, runs
from tests.gitprojects import start_card

pytestmark = pytest.mark.skipif(not Bubblewrap().availability().ok, reason="this machine offers no places with walls")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    yield made
    made.database.close()


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


async def asked(table: Table, conftest: str = "collect_ignore = ['x']\n") -> str:
    """Plant a conftest; what a person is asked."""
    table.play(with_check({**WORK, "conftest.py": conftest}))
    await table.verdict()
    request = card(table.database, table.card).human_request
    assert request is not None
    return request.prompt


async def test_a_person_is_shown_what_they_are_asked_about(table: Table) -> None:
    prompt = await asked(table)
    assert "conftest.py" in prompt
    assert "+collect_ignore = ['x']" in prompt
    assert "(and more)" not in prompt


async def test_nothing_hides_in_what_a_person_is_shown(table: Table) -> None:
    prompt = await asked(table, "# nothing to see\n" * 500 + "collect_ignore = ['\u202e*']\n")
    assert "lines are left out here" in prompt
    assert prompt.endswith("\n(and more)")
    assert "+collect_ignore = ['\\u202e*']" in prompt


async def test_what_a_person_approved_is_proven(table: Table) -> None:
    await asked(table)
    table.answer(yes=True)
    assert (await table.verdict()).passed
    assert card(table.database, table.card).proof == "proven"


async def test_what_a_person_did_not_approve_is_refused(table: Table) -> None:
    await asked(table)
    table.answer(yes=False)
    verdict = await table.verdict()
    assert "did not approve" in verdict.detail
    assert card(table.database, table.card).status == "in_progress"


async def test_an_approval_is_for_these_changes_alone(table: Table) -> None:
    await asked(table)
    table.answer(yes=True)
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


async def as_client(table: Table, files: dict[str, str], test: str = a_test(), *, late: bool = False) -> Verdict:
    """Play from outside, in the user's folder; `late`: another card has landed since the check was set."""
    with table.database.write() as session:
        backlog.release_owner(session, "agent-1", "")
        backlog.claim(session, table.card, "mcp:1", 600)
        actor = Actor("mcp:1", "client")
        claim = backlog.current_claim(session, "mcp:1", table.card)
        spec, contents = CheckSpec(command=COMMAND, files=[NAME]), {NAME: test.encode()}
        backlog.set_check(session, table.card, spec, contents, actor=actor, claim=claim, base=table.tip)
    if late:
        workspace = start_card(table.repository, "agent-2", 3)
        Scene(workspace.path, lambda _: None).commit({"conftest.py": "", "tests/test_add.py": "# gone\n"})
        assert isinstance(table.repository.land(workspace, 3, "Another"), Landed)
        table.repository.follow()
    Scene(table.repository.folder, lambda _: None).commit({NAME: test, **files})
    return await table.verifier.verify(table.card, actor=actor)


@pytest.mark.parametrize("late", [False, True])
async def test_a_client_in_the_users_folder_is_compared_with_what_was_there_before(table: Table, late: bool) -> None:
    verdict = await as_client(table, WORK, late=late)
    assert verdict.passed, verdict
    assert card(table.database, table.card).proof == "proven"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"tests/support.py": "def same(case, a, b):\n    pass\n"}, "passes without your work"),
        ({"unittest.py": "print('OK')\n"}, "in place of the module"),
        ({**WORK, "conftest.py": "collect_ignore = ['*']\n"}, "a person is asked first"),
        ({**WORK, "tests/test_add.py": "# gone\n"}, "a person is asked first"),
    ],
)
async def test_a_client_gets_no_card_green_by_a_trick(table: Table, files: dict[str, str], words: str) -> None:
    verdict = await as_client(table, files, BY_SUPPORT)
    assert not verdict.passed
    assert words in verdict.detail


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
