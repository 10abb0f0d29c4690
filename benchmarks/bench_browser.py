"""The board in a real Chromium: until the first card, until it rests, what it holds, how smoothly it moves.

usage: python -m benchmarks.bench_browser [--rounds N] [--seconds N]     (the web app must be built)

Every round is a new browser context, so nothing is cached; the server has answered before. Prints Markdown.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Playwright, sync_playwright

from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import PERSON
from api.database import open_database
from api.projects import service as projects
from benchmarks.bench_server import ROOT, get, ours

SIZES = {200: 0.6, 2_000: 0.6, 10_000: 0.8}  # cards: bar for the first one, seconds
LARGEST = max(SIZES)
MOVING = 2_000  # cards on the board that moves
UPDATES = 50  # a second
MEGABYTE = 2**20
# Notes the first card when it has been painted, and the last moment at which anything in the page changed.
WATCH = """
window.seen = { first: null, last: 0 }
addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
  seen.last = performance.now()
  if (seen.first === null && document.querySelector('[data-card]')) {
    seen.first = 0
    requestAnimationFrame(() => setTimeout(() => { seen.first = performance.now() }))
  }
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true }))
"""
RESTS = "() => seen.first && performance.now() - seen.last > 700"
SCRIPTS = """() => performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.js'))
  .map((entry) => [entry.name, entry.encodedBodySize])"""
FRAMES = """(millis) => new Promise((tell) => {
  const times = []
  const frame = (now) => {
    times.push(now)
    if (now - times[0] < millis) requestAnimationFrame(frame)
    else tell(times)
  }
  requestAnimationFrame(frame)
})"""


@dataclass(frozen=True)
class Load:
    """One visit of a board: seconds, nodes of the document, MB of heap in use, kB of scripts as they travelled."""

    first: float
    settled: float
    nodes: float
    heap: float
    scripts: float


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-browser-") as folder, sync_playwright() as playwright:
        home = Path(folder)
        make_projects(home)
        browser = launch(playwright)
        machine = f"{os.cpu_count()} cores, Chromium {browser.version}, load {os.getloadavg()[0]:.1f}"
        print(f"{machine}, medians of {given.rounds}\n\n| what | ours | bar |\n| --- | --- | --- |")
        with ours(home) as (port, _):
            for cards, bar in SIZES.items():
                get(port, f"/api/projects/cards-{cards}/features?view=board")
                loads = [visit(browser, port, cards) for _ in range(given.rounds)]
                report(cards, bar, loads)
            measure_frames(browser, port, home, given.seconds)
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """The Chromium of this system, else the one that Playwright installed."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])


def report(cards: int, bar: float, loads: list[Load]) -> None:
    """The lines of one board."""
    row(f"first card of {cards:,}", f"{median(loads, 'first'):.2f} s", f"{bar} s")
    if cards == LARGEST:
        row(f"page at rest, {cards:,} cards", f"{median(loads, 'settled'):.2f} s", "1.5 s")
        row("nodes of the document", f"{median(loads, 'nodes'):,.0f}", "5,000")
        row("JavaScript heap", f"{median(loads, 'heap'):.0f} MB", "60 MB")
        row("JavaScript until then, as it travels", f"{median(loads, 'scripts'):.0f} kB", "160 kB")


def row(what: str, ours: str, bar: str) -> None:
    """One line of the table, as soon as it is known."""
    print(f"| {what} | {ours} | {bar} |", flush=True)


def median(loads: list[Load], name: str) -> float:
    """The median of one thing measured."""
    return float(statistics.median(getattr(load, name) for load in loads))


def visit(browser: Browser, port: int, cards: int) -> Load:
    """Open a board in a new context and wait until it rests."""
    page = open_board(browser, port, cards)
    seen = page.evaluate("seen")
    scripts = sum(size for _, size in page.evaluate(SCRIPTS))
    found = metrics(page.context.new_cdp_session(page))
    page.context.close()
    return Load(
        seen["first"] / 1e3, seen["last"] / 1e3, found["Nodes"], found["JSHeapUsedSize"] / MEGABYTE, scripts / 1e3
    )


def open_board(browser: Browser, port: int, cards: int) -> Page:
    """A board that has come to rest."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(f"http://127.0.0.1:{port}/p/cards-{cards}/board", wait_until="commit")
    page.wait_for_function(RESTS, timeout=60_000)
    assert page.get_by_role("region", name="Pending").get_by_text(f"{cards:,}", exact=True).is_visible()
    return page


def metrics(session: CDPSession) -> dict[str, Any]:  # Any: numbers by the name Chromium gives them
    """What Chromium counts in the page, after it has collected its garbage."""
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    return {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}


def measure_frames(browser: Browser, port: int, home: Path, seconds: int) -> None:
    """Frames a second while cards turn green one after the other, and while nothing happens."""
    page = open_board(browser, port, MOVING)
    still = rate(page.evaluate(FRAMES, 2_000))
    database = home / f"cards-{MOVING}" / "features.db"
    moved = str(UPDATES * (seconds + 2))
    command = [sys.executable, "-m", "benchmarks.card_writer", str(database), moved, str(UPDATES)]
    with subprocess.Popen(command, cwd=ROOT) as writer:
        done = page.get_by_role("region", name="Done", exact=True)
        done.get_by_role("listitem").nth(3).wait_for()
        times = page.evaluate(FRAMES, seconds * 1_000)
        assert writer.wait() == 0
    page.context.close()
    longest = max(after - before for before, after in itertools.pairwise(times))
    row(
        f"frames a second, {MOVING:,} cards, {UPDATES} of them turning green a second",
        f"{rate(times):.0f} ({still:.0f} at rest), longest wait {longest:.0f} ms",
        "55",
    )


def rate(times: list[float]) -> float:
    """Frames a second."""
    return (len(times) - 1) / (times[-1] - times[0]) * 1e3


def make_projects(home: Path) -> None:
    """A project for each size, its cards all pending."""
    (home / "home").mkdir()
    words = ["reading", "list", "search", "filter", "export", "import", "statistics", "theme", "shelf", "note"]
    registry = open_database(home / "home" / "registry.db", "registry")
    for cards in SIZES:
        folder = home / f"cards-{cards}"
        folder.mkdir()
        with registry.write() as session:
            projects.register(session, folder.name, folder, created_by_us=False, kind="web_app")
        database = open_database(folder / "features.db", "project")
        for start in range(0, cards, 500):
            new = [
                FeatureCreate(
                    category=words[n % 10], name=f"The {words[n % 7]} of a {words[n % 9]} is shown, number {n}"
                )
                for n in range(start, min(start + 500, cards))
            ]
            with database.write() as session:
                backlog.create_bulk(session, new, PERSON)
        database.close()
    registry.close()


if __name__ == "__main__":
    main()
