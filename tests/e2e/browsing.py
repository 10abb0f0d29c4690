"""A real Chromium for the journeys, and what they all look at."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Playwright

from tests.run_checks import browser as find_browser
from tests.serverruns import PROJECT, ServerProcess

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 20_000
DESK = (1440, 900)
PHONE = (390, 844)


def launch(playwright: Playwright) -> Browser:
    """The Chromium of this system."""
    executable = find_browser()
    assert executable is not None, "no Chromium: ./test.sh says how to install it"
    return playwright.chromium.launch(executable_path=executable, args=list(FLAGS))


@dataclass
class Visit:
    """A person's page on one server, and everything it complained of."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._fail)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _fail(self, error: Error) -> None:
        self.complaints.append(f"uncaught: {error}")

    def open(self, path: str = "/") -> Page:
        """Go to an address of the server."""
        self.page.goto(f"{self.url}{path}")
        return self.page

    def board(self) -> Page:
        """Go to the board, and wait until it is connected."""
        self.open(f"/p/{PROJECT}/board")
        self.until_live()
        return self.page

    def until_live(self) -> None:
        """Wait until the page shows what is happening."""
        self.page.get_by_role("status").filter(has_text=re.compile("^Live$")).wait_for()

    def column(self, name: str) -> Locator:
        """A column of the board."""
        return self.page.get_by_role("region", name=name, exact=True)

    def cards(self, column: str) -> Locator:
        """The cards of a column that are in the page."""
        return self.column(column).get_by_role("listitem")

    def run(self) -> Locator:
        """The header that says how the run stands."""
        return self.page.get_by_role("region", name="State of the run")


@contextlib.contextmanager
def visiting(
    browser: Browser, server: ServerProcess, *, theme: str = "light", size: tuple[int, int] = DESK
) -> Iterator[Visit]:
    """A page with storage of its own. Nothing moves in it, so that nothing is caught half way."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        color_scheme="dark" if theme == "dark" else "light",
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield Visit(context.new_page(), f"http://127.0.0.1:{server.port}")
    finally:
        context.close()
