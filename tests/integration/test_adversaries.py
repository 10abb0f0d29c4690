"""No false green: every trick ends without one, and its honest counterpart turns green."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.sandboxes.bubblewrap import Bubblewrap
from tests.adversaries.game import Table
from tests.adversaries.table import tricks
from tests.gitcards import card, runs

pytestmark = pytest.mark.skipif(not Bubblewrap().availability().ok, reason="this machine offers no places with walls")

TRICKS = {trick.name: trick for trick in tricks()}


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table that was laid once, and is put back for every test where its paths say it is."""
    base = tmp_path_factory.mktemp("table") / "now"
    base.mkdir()
    Table(base).database.close()
    base.rename(base.with_name("laid"))
    return base


@pytest.fixture
def table(dealt: Path) -> Iterator[Table]:
    shutil.copytree(dealt.with_name("laid"), dealt, symlinks=True)
    made = Table(dealt)
    yield made
    made.database.close()
    shutil.rmtree(dealt)


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


@pytest.mark.parametrize("name", TRICKS)
async def test_the_honest_counterpart_turns_green(table: Table, name: str) -> None:
    honest = TRICKS[name].honest
    table.play(honest.move)
    verdict = await table.verdict()
    if honest.asked:
        assert card(table.database, table.card).status == "needs_input"
        table.answer(yes=True)
        verdict = await table.verdict()
    assert verdict.passed, verdict
    found = card(table.database, table.card)
    assert (found.status, found.proof) == ("passing", honest.badge)
    receipt = runs(table.database, table.card)[0]
    assert (receipt.exit_base == 0, receipt.exit_head, receipt.policy) == (honest.badge == "guarded", 0, "proven")
    assert "without the work" in receipt.output
