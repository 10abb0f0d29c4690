"""The two commits a check is run on: alike but for the work, whatever its files are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.verification.dependencies import key_of
from harness.workspaces import bench as benches
from harness.workspaces import git
from harness.workspaces.bench import Bench
from tests.gitprojects import commit_files, open_project, run_git

ODD = [
    'with "quotes".txt',
    "back\\slash.txt",
    "two\nlines.txt",
    "tab\t.txt",
    "ünï.txt",
    '"',
    os.fsdecode(b"bytes-\xff.txt"),
]


def files(bench: Bench, commit: str) -> dict[str, tuple[str, str]]:
    """What git itself says is in `commit`."""
    with_nothing_known = Bench(bench.path)
    return dict(with_nothing_known.entries(commit))


@pytest.mark.parametrize("name", ODD)
def test_a_name_is_read_as_it_was_quoted(name: str) -> None:
    assert git.unquote(git.quote(name)) == name
    assert git.quote(name).isascii()


def test_the_first_has_only_what_is_shared(tmp_path: Path) -> None:
    project = open_project(tmp_path, files={"gone.txt": "gone\n", "test_gone.txt": "gone\n", "init.sh": "true\n"})
    before = project.integration_tip()
    folder = project.folder
    (folder / "gone.txt").unlink()
    (folder / "test_gone.txt").unlink()
    (folder / "test_link").symlink_to("app.txt")
    (folder / "test_run.sh").write_text("true\n")
    (folder / "test_run.sh").chmod(0o755)
    after = commit_files(folder, dict.fromkeys(ODD, "odd\n") | {"app.txt": "changed\n", "tests/one.txt": "1\n"})
    shared = [*ODD[1:], "test_gone.txt", "test_link", "test_run.sh", "tests/one.txt", "unknown.txt"]
    with benches.opened(project.layout) as bench:
        tree = bench.tree_of(after)
        without, with_it = bench.pair(before, tree, shared)
        old, new = files(bench, before), files(bench, after)
        expected = {name: new[name] for name in new if name in shared} | {
            name: old[name] for name in old if name not in shared
        }
        assert files(bench, without) == expected == bench.entries(without)
        assert files(bench, with_it) == new == bench.entries(with_it)
        assert bench.tree_of(with_it) == tree
        assert {"100755", "120000"} <= {mode for mode, _ in expected.values()}
        assert key_of(bench, without) == key_of(bench, with_it) is not None


def test_nothing_but_the_files_tells_them_apart(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    before = project.integration_tip()
    after = commit_files(project.folder, {"app.txt": "changed\n"})
    with benches.opened(project.layout) as bench:
        pair = bench.pair(before, bench.tree_of(after), [])
        shown = {bench.git("show", "--no-patch", "--format=%P %an %ae %ad %cn %ce %cd %B", one) for one in pair}
        assert len(shown) == 1
        assert before in shown.pop()
        assert files(bench, pair[0]) == files(bench, before)


def test_contents_are_read_in_one_go(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    texts = {"a.txt": "one\n\ntwo\n\n", "b.txt": "", "c.txt": "ünï", "d.txt": "x" * 100_000}
    commit = commit_files(project.folder, texts)
    (project.folder / "raw.bin").write_bytes(b"\xff\n100644 blob 3\n")
    commit = commit_files(project.folder, {})
    with benches.opened(project.layout) as bench:
        ids = {name: identity for name, (_mode, identity) in bench.entries(commit).items()}
        told = bench.texts([*ids.values(), "0" * 40])
        assert {name: told[ids[name]] for name in texts} == {
            name: text.removesuffix("\n") for name, text in texts.items()
        }
        assert told[ids["raw.bin"]] == "\ufffd\n100644 blob 3"
        assert told["0" * 40] == ""
        assert bench.sizes([ids["d.txt"], "0" * 40]) == {ids["d.txt"]: 100_000, "0" * 40: 0}
        with pytest.raises(Exception, match="git could not read 111111111111"):
            bench.text("1" * 40)
        assert run_git(project.folder, "status", "--porcelain") == ""
