import threading
from pathlib import Path

import pytest

from agent.notes import NOTES_LIMIT, Notes, merge
from agent.project import open_project


@pytest.mark.parametrize(
    ("given", "present", "written", "kept"),
    [
        ("a\n", "a\n", "a\nb\n", "a\nb\n"),
        ("a\n", "a\n", "rewritten\n", "rewritten\n"),
        ("a\n", "a\nb\n", "a\nc\n", "a\nb\n\nc\n"),
        ("", "b\n", "c\n", "b\n\nc\n"),
        ("a\n", "a\nb\n", "a\n", "a\nb\n"),
        ("a\nx\n", "a\nx\nb\n", "a\nc\n", "a\nx\nb\n\nc\n"),
    ],
)
def test_what_each_session_added_is_kept(given: str, present: str, written: str, kept: str) -> None:
    assert merge(given, present, written) == kept


def test_notes_do_not_grow_without_end() -> None:
    long = "line\n" * (NOTES_LIMIT // 5)
    merged = merge("", long, "newest\n")
    assert len(merged) <= NOTES_LIMIT
    assert merged.endswith("newest\n")


def test_sessions_that_end_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    project = open_project(str(tmp_path / "app"), {"AUTOCODER_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)})
    notes = Notes(project)
    given = notes.read() or ""
    threads = [threading.Thread(target=notes.keep, args=(given, f"{given}note {number}\n")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = (notes.read() or "").splitlines()
    assert sorted(line for line in kept if line) == [f"note {number}" for number in range(8)]
    project.database.close()
