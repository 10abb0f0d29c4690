"""The application the scripted model builds: each feature is proven by its own test, in any order, and it works."""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from harness import processes
from scripted_model.playbooks.backlog import Card, cards, read_files

ENVIRONMENT = {**processes.clean_environment(), "PYTHONDONTWRITEBYTECODE": "1"}


def add(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def lay(folder: Path, *built: Card) -> Path:
    """The application with the features `built`."""
    add(folder, dict(read_files("skeleton")))
    for card in built:
        add(folder, dict(read_files(card.key)))
    (folder / "init.sh").chmod(0o755)
    return folder


def run_tests(folder: Path, *names: str) -> processes.Completed:
    return processes.run(["python3", "-m", "unittest", *names], cwd=folder, env=ENVIRONMENT)


def needed_by(card: Card) -> list[Card]:
    """What `card` builds on, directly or not, in order."""
    by_key = {other.key: other for other in cards()}
    wanted: set[str] = set()
    ahead = list(card.needs)
    while ahead:
        key = ahead.pop()
        wanted.add(key)
        ahead.extend(by_key[key].needs)
    return [other for other in cards() if other.key in wanted]


def any_order(seed: int) -> list[Card]:
    """All cards in an order their needs permit."""
    choose, left, done = random.Random(seed), list(cards()), list[Card]()
    while left:
        keys = {card.key for card in done}
        done.append(choose.choice([card for card in left if keys.issuperset(card.needs)]))
        left.remove(done[-1])
    return done


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.key)
def test_a_feature_is_red_without_itself_and_green_with_what_it_needs(card: Card, tmp_path: Path) -> None:
    folder = lay(tmp_path, *needed_by(card))
    name = f"tests.test_{card.key}"
    add(folder, {card.test: card.test_text})
    red = run_tests(folder, name)
    assert red.exit_code == 1
    assert re.search(r"FAILED \(failures=\d+\)", red.stderr), f"broken rather than red:\n{red.stderr}"
    add(folder, dict(card.files()))
    green = run_tests(folder, name)
    assert green.ok, green.stderr
    assert max(red.seconds, green.seconds) < 10


@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_their_needs_permit_is_a_good_one(seed: int, tmp_path: Path) -> None:
    folder = lay(tmp_path)
    for card in any_order(seed):
        add(folder, dict(read_files(card.key)))
        done = run_tests(folder, f"tests.test_{card.key}")
        assert done.ok, done.stderr
    everything = run_tests(folder)
    assert everything.ok, everything.stderr


def test_features_share_no_file() -> None:
    paths = [path for folder in ("skeleton", *(card.key for card in cards())) for path in read_files(folder)]
    assert len(paths) == len(set(paths))


def test_it_needs_nothing_but_python_and_no_network() -> None:
    every = [read_files(folder) for folder in ("skeleton", *(card.key for card in cards()))]
    page = "\n".join(text for files in every for path, text in files.items() if "/static/" in path)
    assert re.findall(r"https?://(?!www\.w3\.org/)[^\s\"']+", page) == []


def test_init_may_run_any_number_of_times(tmp_path: Path) -> None:
    folder = lay(tmp_path, *cards())
    for _ in range(2):
        done = processes.run(["./init.sh"], cwd=folder, env=ENVIRONMENT)
        assert done.ok, done.stderr
    assert (folder / "data").is_dir()


@pytest.fixture
def folio(tmp_path: Path) -> Iterator[httpx.Client]:
    """The finished application, started as a person would."""
    folder, output = lay(tmp_path / "app", *cards()), tmp_path / "out"
    process = processes.spawn(["python3", "-m", "folio"], cwd=folder, env={**ENVIRONMENT, "PORT": "0"}, output=output)
    try:
        deadline = time.monotonic() + 15
        while not (found := re.search(r"http://\S+", output.read_text())):
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.01)
        with httpx.Client(base_url=found[0]) as client:
            yield client
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        process.wait()


def titles(folio: httpx.Client, query: str = "") -> Sequence[str]:
    return [book["title"] for book in folio.get(f"/api/search?{query}").json()["books"]]


def test_the_finished_application_works_from_end_to_end(folio: httpx.Client) -> None:
    assert folio.post("/api/sample").json() == {"added": 12}
    book = folio.post("/api/books", json={"title": "Solaris", "author": "Stanisław Lem", "pages": 204}).json()
    assert titles(folio, "q=solaris+stanis") == ["Solaris"]
    moved = folio.post(f"/api/books/{book['id']}/progress", json={"page": 204}).json()
    assert moved["status"] == "finished"
    stats = folio.get("/api/stats").json()
    assert stats["streak"] >= 1
    assert stats["chart"].startswith("<svg")
    exported = folio.get("/api/export.csv").text
    assert folio.post("/api/import", content=exported).json() == {"added": 0, "skipped": 13}
    folio.delete(f"/api/books/{book['id']}")
    assert "Solaris" not in titles(folio)
    folio.post("/api/undo")
    assert "Solaris" in titles(folio)


def test_the_page_is_whole_and_everything_it_names_is_served(folio: httpx.Client) -> None:
    page = folio.get("/").text
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    scripts = [name for name in named if name.endswith(".js")]
    for name in scripts:
        imported = re.findall(r'from "\./([^"]+)"', folio.get(name).text)
        named.update(f"/static/js/{other}" for other in imported)
    assert len(named) > 20
    assert {name: folio.get(name).status_code for name in named} == dict.fromkeys(named, 200)
    identities = re.findall(r'\bid="([^"]+)"', page)
    assert len(identities) == len(set(identities))
