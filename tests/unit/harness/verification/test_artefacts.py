"""Pictures that a check leaves behind are kept, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.verification import artefacts

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


def leave(checkout: Path, name: str, data: bytes = PNG) -> Path:
    path = checkout / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"GIF89a", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBP", "webp"),
        (b"<svg onload=alert(1)>", None),
        (b"", None),
    ],
)
def test_pictures_are_known_by_their_first_bytes(data: bytes, kind: str | None) -> None:
    assert artefacts.kind_of(data) == kind


def test_both_folders_are_looked_through(tmp_path: Path) -> None:
    leave(tmp_path, ".autocoder/artefacts/home page.png")
    leave(tmp_path, "test-results/cart/../cart/after.dark.jpeg", b"\xff\xd8\xff")
    leave(tmp_path, "test-results/trace.zip", b"PK")
    leave(tmp_path, "elsewhere/a.png")
    assert list(artefacts.collect(tmp_path)) == ["1-home-page.png", "2-after.dark.jpg"]


def test_links_lead_nowhere(tmp_path: Path) -> None:
    secret = leave(tmp_path, "outside/secret.png")
    checkout = tmp_path / "checkout"
    (checkout / "test-results").mkdir(parents=True)
    (checkout / "test-results" / "a.png").symlink_to(secret)
    (checkout / "test-results" / "folder").symlink_to(secret.parent)
    (checkout / ".autocoder").symlink_to(secret.parent)
    assert artefacts.collect(checkout) == {}


def test_number_and_size_are_bounded(tmp_path: Path) -> None:
    leave(tmp_path, "test-results/0.png", PNG + b"x" * artefacts.LARGEST)
    for number in range(artefacts.MOST + 3):
        leave(tmp_path, f"test-results/a{number}.png")
    found = artefacts.collect(tmp_path)
    assert len(found) == artefacts.MOST
    assert "1-a0.png" in found


def test_what_is_kept_replaces_an_interrupted_attempt_and_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artefacts, "KEPT", 2)
    assert artefacts.keep(tmp_path, 8, {}) == []
    for number in (9, 10, 11):
        artefacts.keep(tmp_path, number, {"old.png": b"1"})
    assert artefacts.keep(tmp_path, 11, {"1-a.png": PNG}) == ["1-a.png"]
    kept = sorted(path.relative_to(tmp_path / artefacts.OWN).as_posix() for path in tmp_path.rglob("*.png"))
    assert kept == ["10/old.png", "11/1-a.png"]
