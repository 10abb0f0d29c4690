"""Packages stay from run to run, and whatever a run does to them, the next one finds what was kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.verification.spares import Spare

NAMES = ["node_modules", "web/node_modules"]
FILES = {f"node_modules/part/{n}.js": f"part {n}\n" for n in range(20)} | {"web/node_modules/ui/index.js": "ui\n"}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    root = tmp_path / "kept"
    write(root, FILES)
    (root / "node_modules/empty").mkdir()
    (root / "node_modules/private").mkdir(mode=0o700)
    (root / "node_modules/.bin").symlink_to("part/1.js")
    return root


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    write(root, {"web/main.js": "tracked\n"})
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def listed(root: Path) -> dict[str, tuple[int, str]]:
    """Everything in the two folders: mode, and content or target."""
    found = {}
    for name in NAMES:
        for path in (root / name).rglob("*"):
            content = str(path.readlink()) if path.is_symlink() else path.read_text() if path.is_file() else ""
            found[str(path.relative_to(root))] = (path.lstat().st_mode, content)
    return found


def inodes(root: Path) -> dict[str, int]:
    return {name: (root / name).stat().st_ino for name in FILES}


def one_run(checkout: Path, kept: Path, during: Callable[[Path], object] = lambda _root: None) -> dict[str, int]:
    """Bring the packages, let the run do something, put them by; which files there were."""
    assert Spare(checkout).bring("key", kept, NAMES)
    assert listed(checkout) == listed(kept)
    found = inodes(checkout)
    during(checkout)
    Spare(checkout).put_by()
    return found


def test_what_nobody_touched_is_not_copied_again(checkout: Path, kept: Path) -> None:
    first = one_run(checkout, kept)
    assert not (checkout / "node_modules").exists()
    assert (checkout / "web/main.js").exists()
    assert one_run(checkout, kept) == first


def forged(root: Path) -> None:
    path = root / "node_modules/part/3.js"
    before = path.stat()
    path.write_text("evil 3\n"[: before.st_size])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(root: Path) -> None:
    (root / "node_modules/part/4.js").unlink()
    (root / "node_modules/part/4.js").symlink_to("/etc/hostname")


def wrapped(root: Path) -> None:
    (root / "node_modules/part").rename(root / "node_modules/moved")
    (root / "node_modules/part").symlink_to("moved")


@pytest.mark.parametrize(
    "during",
    [
        forged,
        replaced,
        wrapped,
        lambda root: (root / "node_modules/part/5.js").unlink(),
        lambda root: (root / "node_modules/part/6.js").chmod(0o755),
        lambda root: os.link(root / "node_modules/part/7.js", root / "web/linked.js"),
        lambda root: (root / "node_modules/part/new.js").write_text("new"),
        lambda root: (root / "node_modules/empty").rmdir(),
        lambda root: (root / "node_modules/part").chmod(0o500),
        lambda root: [path.write_text("all") for path in (root / "node_modules/part").iterdir()],
        lambda root: (root / "node_modules").rename(root / "elsewhere"),
        lambda root: (root / "web").rename(root / "website"),
    ],
)
def test_what_a_run_did_is_gone_in_the_next(checkout: Path, kept: Path, during: Callable[[Path], object]) -> None:
    one_run(checkout, kept, during)
    one_run(checkout, kept)


def test_only_what_changed_is_copied_again(checkout: Path, kept: Path) -> None:
    first = one_run(checkout, kept, forged)
    second = one_run(checkout, kept)
    assert {name for name in FILES if first[name] != second[name]} <= {"node_modules/part/3.js"}
    assert one_run(checkout, kept) == second


def test_a_link_in_the_way_is_not_followed(checkout: Path, kept: Path, tmp_path: Path) -> None:
    def link(root: Path) -> None:
        (root / "node_modules").rename(tmp_path / "theirs")
        (root / "node_modules").symlink_to(tmp_path / "theirs")

    one_run(checkout, kept, link)
    assert (tmp_path / "theirs/part/1.js").exists()
    (checkout / "node_modules").unlink()
    one_run(checkout, kept)


def test_other_packages_have_nothing_of_these(checkout: Path, kept: Path, tmp_path: Path) -> None:
    one_run(checkout, kept)
    write(tmp_path / "other", {"node_modules/other.js": "other\n"})
    assert Spare(checkout).bring("other", tmp_path / "other", ["node_modules"])
    assert listed(checkout) == listed(tmp_path / "other")


def test_a_run_that_was_killed_leaves_nothing_that_counts(checkout: Path, kept: Path) -> None:
    assert Spare(checkout).bring("key", kept, NAMES)
    (checkout / "node_modules/part/1.js").write_text("half")
    one_run_later = Spare(checkout)
    one_run_later.put_by()
    one_run(checkout, kept)


def test_packages_half_brought_are_thrown_away(checkout: Path, kept: Path) -> None:
    one_run(checkout, kept)
    beside = checkout.with_name("app.packages")
    checkout.with_name("app.packages.json").write_text("{half")
    (beside / "node_modules/part/1.js").write_text("half")
    Spare(checkout).put_by()
    assert not beside.exists()
    one_run(checkout, kept)


def test_packages_that_do_not_fit_are_said_to(checkout: Path, kept: Path) -> None:
    (checkout / "node_modules").write_text("a file of the commit")
    assert not Spare(checkout).bring("key", kept, NAMES)
    assert not Spare(checkout).bring("key", kept / "missing", NAMES)
    Spare(checkout).put_by()
    assert (checkout / "node_modules").read_text() == "a file of the commit"
