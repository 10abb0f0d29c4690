"""The pictures in README.md and docs/, taken from a running demo.

usage: python -m tests.e2e.pictures     (the web app must be built; takes two minutes)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.browsing import PHONE, Visit, launch, visiting
from tests.serverruns import PROJECT, ROOT, ServerProcess, ServerRig

FOLDER = ROOT / "docs" / "pictures"
MOST_BYTES = 200_000
GREEN_CARDS = 5  # enough to see what it is about, with work still going on
BUILD_MS = 400_000


def main() -> int:
    """Take every picture; 1 when one is larger than a README should load."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="autocoder-pictures-", ignore_cleanup_errors=True) as folder,
        sync_playwright() as playwright,
        ServerRig(Path(folder)).started("--demo") as server,
    ):
        take_all(launch(playwright), server)
    sizes = {path.name: path.stat().st_size for path in sorted(FOLDER.glob("*.png"))}
    for name, size in sizes.items():
        sys.stdout.write(f"{name}  {size / 1000:.0f} kB\n")
    return 1 if max(sizes.values()) > MOST_BYTES else 0


def take_all(browser: Browser, server: ServerProcess) -> None:
    """The board in the middle of a build, then everything else as fast as it can be taken."""
    with visiting(browser, server) as visit:
        page = visit.board()
        until_in_the_middle(visit)
        save(page, "board")
        visit.cards("Done").first.get_by_role("button").click()
        page.get_by_role("tab", name="Checks").click()
        expect(page.get_by_role("dialog").get_by_role("group").first).to_be_visible()
        save(page, "card")
        page.goto(f"{visit.url}/p/{PROJECT}/activity")
        expect(page.get_by_role("log").get_by_role("button").nth(20)).to_be_visible()
        save(page, "activity")
    with visiting(browser, server, theme="dark", size=PHONE) as visit:
        page = visit.open(f"/p/{PROJECT}/board")
        page.get_by_role("tab", name="In progress").wait_for()
        expect(page.get_by_role("tabpanel").get_by_role("listitem").first).to_be_visible(timeout=BUILD_MS)
        save(page, "phone-dark")


def until_in_the_middle(visit: Visit) -> None:
    """Wait for a board with something in every column, and an agent that says what it does."""
    done = visit.cards("Done")
    expect(done.nth(GREEN_CARDS - 1)).to_be_visible(timeout=BUILD_MS)
    expect(visit.cards("In progress").first).to_contain_text("agent-1", timeout=BUILD_MS)
    expect(visit.cards("In progress").first).not_to_contain_text("…")


def save(page: Page, name: str) -> None:
    """Write what is seen as a PNG."""
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    sys.exit(main())
