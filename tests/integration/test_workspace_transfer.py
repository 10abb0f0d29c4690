"""Commits go from one repository to another whole, or not at all."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from api.errors import AppError
from harness.workspaces import bench as benches
from harness.workspaces import transfer
from harness.workspaces.bench import Bench
from harness.workspaces.repository import ProjectRepository
from tests.gitprojects import commit_files, open_project, run_git


def committed(project: ProjectRepository, files: dict[str, str]) -> tuple[str, Path, str]:
    """A commit that an agent made: its id, the agent's objects, and the tip it stands on."""
    workspace = project.open_workspace("agent-1")
    commit = commit_files(workspace.path, files)
    return commit, workspace.path / ".git/objects", project.integration_tip()


def loose(objects: Path, identity: str) -> Path:
    return objects / identity[:2] / identity[2:]


@pytest.mark.parametrize("count", [3, 150])
def test_a_commit_arrives_with_everything_in_it(tmp_path: Path, count: int) -> None:
    project = open_project(tmp_path)
    commit, objects, tip = committed(project, {f"parts/part_{n}.txt": f"{n}\n" for n in range(count)})
    with benches.opened(project.layout, borrowed=[objects]) as source, benches.opened(project.layout) as target:
        assert not target.has_commit(commit)
        transfer.copy(source.path, target.path, commit, (tip,))
        assert len(target.changes(tip, commit)) == count
        assert target.git("cat-file", "blob", f"{commit}:parts/part_2.txt") == "2"
        packs = list((target.path / "objects/pack").glob("*.pack"))
        assert len(packs) == (1 if count > 100 else 0)


def missing(objects: Path, blob: str) -> None:
    loose(objects, blob).unlink()


def forged(objects: Path, blob: str) -> None:
    path = loose(objects, blob)
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob 4\0evil"))


def torn(objects: Path, blob: str) -> None:
    path = loose(objects, blob)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:8])


@pytest.mark.parametrize("harm", [missing, forged, torn])
def test_what_is_not_whole_does_not_arrive(tmp_path: Path, harm: object) -> None:
    project = open_project(tmp_path)
    commit, objects, tip = committed(project, {"new.txt": "new\n"})
    assert callable(harm)
    harm(objects, run_git(objects.parent.parent, "rev-parse", f"{commit}:new.txt"))
    with benches.opened(project.layout, borrowed=[objects]) as source, benches.opened(project.layout) as target:
        with pytest.raises(AppError, match="cannot be copied"):
            transfer.copy(source.path, target.path, commit, (tip,))
        assert not is_whole(target, commit)


def is_whole(bench: Bench, commit: str) -> bool:
    return bench.attempt("rev-list", "--objects", "--quiet", commit).ok


def test_a_commit_that_is_nowhere_is_one_sentence(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    with benches.opened(project.layout) as source, benches.opened(project.layout) as target:
        with pytest.raises(AppError, match="cannot be copied: bad object") as caught:
            transfer.copy(source.path, target.path, "1" * 40, ())
        assert "\n" not in caught.value.detail
