"""One browser, one demo and its first visitor for all journeys; servers of their own where something is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browsing import PATIENCE_MS, Visit, launch, visiting
from tests.serverruns import ServerProcess, ServerRig

RECORD_TITLES = """
addEventListener('DOMContentLoaded', () => {
  window.titles = []
  const record = () => window.titles.push(document.title)
  new MutationObserver(record).observe(document.head, { subtree: true, childList: true, characterData: true })
})
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """`start_ui.sh --demo` with an empty HOME, as a newcomer starts it."""
    with ServerRig(tmp_path_factory.mktemp("demo")).started("--demo") as server:
        yield server


@pytest.fixture(scope="session")
def witness(browser: Browser, demo: ServerProcess) -> Iterator[Visit]:
    """Somebody who opens the board first, and leaves it open without ever touching it."""
    with visiting(browser, demo) as visit:
        visit.page.add_init_script(RECORD_TITLES)
        visit.board()
        yield visit


@pytest.fixture
def visit(browser: Browser, demo: ServerProcess, witness: Visit) -> Iterator[Visit]:
    """A page on the demo; it must have had nothing to complain of."""
    with visiting(browser, demo) as visit:
        yield visit
        assert visit.complaints == []


@pytest.fixture
def rig(tmp_path: Path) -> ServerRig:
    """An empty HOME for a server of the test's own."""
    return ServerRig(tmp_path)


@pytest.fixture
def enter(browser: Browser) -> Iterator[Callable[[ServerProcess], Visit]]:
    """Opens pages on any server."""
    with ExitStack() as pages:
        yield lambda server: pages.enter_context(visiting(browser, server))
