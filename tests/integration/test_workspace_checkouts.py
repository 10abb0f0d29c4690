"""A checkout that is used again is as clean as a new one."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from harness.workspaces.checkouts import WORTH
from harness.workspaces.repository import ProjectRepository
from tests.gitprojects import commit_files, open_project, run_git

MANY = {f"parts/{number}.py": f"number = {number:03}\n" for number in range(WORTH)} | {"parts/deep/er/x.py": "x = 1\n"}


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path, files=MANY | {"run.sh": "true\n"})


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its mode and content, every folder with its mode; git's own folder left out."""
    found = {}
    for path in folder.rglob("*"):
        if ".git" not in path.relative_to(folder).parts:
            data = os.fsencode(path.readlink()) if path.is_symlink() else b"" if path.is_dir() else path.read_bytes()
            found[str(path.relative_to(folder))] = (stat.S_IMODE(path.lstat().st_mode), data)
    return found


def inodes(folder: Path) -> dict[str, int]:
    return {name: (folder / name).lstat().st_ino for name in MANY if (folder / name).exists()}


def vandalise(folder: Path) -> None:
    """What a check could leave behind."""
    same_size = folder / "parts/0.py"
    times = same_size.stat()
    same_size.write_text("number = 666\n")
    os.utime(same_size, ns=(times.st_atime_ns, times.st_mtime_ns))
    (folder / "parts/1.py").chmod(0o755)
    (folder / "parts/2.py").unlink()
    os.link(folder / "parts/3.py", folder / "link.py")
    (folder / "parts/4.py").unlink()
    (folder / "parts/4.py").symlink_to("5.py")
    os.utime(folder / "parts/6.py", (1, 1))
    (folder / "parts/7.py").unlink()
    (folder / "parts/7.py").mkdir()
    (folder / "parts/deep/er/x.py").rename(folder / "parts/deep/x.py")
    (folder / "parts/deep/er").rmdir()
    (folder / "parts/deep/er").symlink_to("/etc")
    (folder / "parts/more").mkdir(mode=0o500)
    (folder / "conftest.py").write_text("planted\n")
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/attributes").write_text("* filter=evil\n")
    (folder / ".git/hooks").mkdir(exist_ok=True)
    os.mkfifo(folder / "pipe")
    if sys.platform == "linux":
        os.setxattr(folder / "parts", "user.note", b"been here")


def test_whatever_was_left_behind_is_gone(repository: ProjectRepository, tmp_path: Path) -> None:
    used, fresh = tmp_path / "used", tmp_path / "fresh"
    first = repository.integration_tip()
    repository.checkout(first, used)
    before = inodes(used)
    vandalise(used)
    (repository.folder / "parts/9.py").unlink()
    commit_files(repository.folder, {"parts/8.py": "new = 8\n", "run.sh": "false\n"})
    repository.absorb()
    second = repository.integration_tip()
    repository.put_away(used)
    repository.checkout(second, used)
    repository.checkout(second, fresh)
    assert tree(used) == tree(fresh)
    assert run_git(used, "status", "--porcelain") == ""
    assert run_git(used, "rev-parse", "HEAD") == second
    assert not (used / ".git/info/attributes").exists()
    if sys.platform == "linux":
        assert os.listxattr(used / "parts") == []
    touched = {f"parts/{number}.py" for number in (0, 1, 2, 3, 4, 6, 7, 8)} | {"parts/deep/er/x.py"}
    after = inodes(used)
    assert all(after[name] == before[name] for name in MANY.keys() - touched - {"parts/9.py"})
    assert (used / "parts/6.py").stat().st_mtime > 1


def test_a_checkout_that_was_interrupted_is_not_trusted(repository: ProjectRepository, tmp_path: Path) -> None:
    used = tmp_path / "used"
    repository.checkout(repository.integration_tip(), used)
    (used.with_name("used.known") / "files").unlink()
    (used / "parts/0.py").write_text("half")
    repository.checkout(repository.integration_tip(), used)
    assert tree(used)["parts/0.py"][1] == b"number = 000\n"


def test_where_rules_decide_how_files_look_nothing_is_used_again(repository: ProjectRepository, tmp_path: Path) -> None:
    used, fresh = tmp_path / "used", tmp_path / "fresh"
    repository.checkout(repository.integration_tip(), used)
    commit_files(repository.folder, {".gitattributes": "*.py text eol=crlf\n"})
    repository.absorb()
    for folder in (used, fresh):
        repository.checkout(repository.integration_tip(), folder)
    assert tree(used)["parts/5.py"][1].endswith(b"\r\n")
    assert tree(used) == tree(fresh)
    repository.put_away(used)
    assert not used.exists()


def test_of_a_few_files_nothing_is_kept(tmp_path: Path) -> None:
    repository = open_project(tmp_path)
    used = tmp_path / "used"
    repository.checkout(repository.integration_tip(), used)
    repository.put_away(used)
    assert not used.exists()
    assert not used.with_name("used.known").exists()
