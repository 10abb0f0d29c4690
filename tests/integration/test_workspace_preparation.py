"""A folder becomes a project: every kind works or is refused in one sentence, and nothing of the user's is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import AppError, Conflict, InvalidInput, NotFound
from harness.workspaces.project import Prepared
from harness.workspaces.repository import ProjectRepository
from tests.gitprojects import commit_files, open_project, run_git, write_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "app"
    made.mkdir()
    return made


def prepare(folder: Path) -> tuple[ProjectRepository, Prepared]:
    repository = ProjectRepository(folder, folder.parent / "home", "app")
    return repository, repository.prepare()


def test_a_plain_folder_becomes_a_repository_with_the_users_files(folder: Path) -> None:
    write_files(folder, {"a.txt": "a", "sub/b.txt": "b", "features.db": "x", "prompts/app_spec.txt": "spec"})
    _, prepared = prepare(folder)
    assert prepared == Prepared(created=True, follows="main")
    assert run_git(folder, "ls-files").split() == ["a.txt", "sub/b.txt"]
    assert run_git(folder, "status", "--porcelain") == ""


def test_secrets_and_installed_packages_stay_out_of_the_first_commit(folder: Path) -> None:
    write_files(folder, {".env": "KEY=1", ".env.example": "KEY=", "node_modules/x/i.js": "", "a.py": "", "k.pem": ""})
    prepare(folder)
    assert run_git(folder, "ls-files").split() == [".env.example", "a.py"]


def test_an_empty_folder_becomes_a_repository(folder: Path) -> None:
    repository, prepared = prepare(folder)
    assert prepared.created
    assert run_git(folder, "log", "--format=%s") == "First commit: the project as AutoCoder found it"
    assert repository.integration_tip() == run_git(folder, "rev-parse", "HEAD")


def test_preparing_again_changes_nothing(folder: Path) -> None:
    repository, _ = prepare(folder)
    exclude = (folder / ".git/info/exclude").read_text()
    assert repository.prepare() == Prepared(created=False, follows="main")
    assert (folder / ".git/info/exclude").read_text() == exclude
    assert run_git(folder, "rev-list", "--count", "--all") == "1"


def test_the_first_commit_is_the_users_where_git_knows_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = folder.parent / "gitconfig"
    config.write_text("[user]\n\tname = Grace\n\temail = grace@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    prepare(folder)
    assert run_git(folder, "log", "--format=%an <%ae>") == "Grace <grace@example.org>"


def test_without_an_identity_the_first_commit_is_autocoders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    prepare(folder)
    assert run_git(folder, "log", "--format=%an <%ae>") == "AutoCoder <autocoder@localhost>"


def test_a_repository_with_uncommitted_work_is_left_as_it_is(folder: Path) -> None:
    run_git(folder, "init", "-q", "-b", "trunk")
    head = commit_files(folder, {"a.txt": "a", "b.txt": "b"})
    write_files(folder, {"a.txt": "changed", "new.txt": "new", "staged.txt": "s"})
    run_git(folder, "add", "staged.txt")
    before = run_git(folder, "status", "--porcelain")
    index = (folder / ".git/index").read_bytes()
    repository, prepared = prepare(folder)
    assert prepared.follows == "trunk"
    assert repository.integration_tip() == head
    assert (folder / ".git/index").read_bytes() == index
    assert run_git(folder, "status", "--porcelain") == before
    assert run_git(folder, "symbolic-ref", "HEAD") == "refs/heads/trunk"


def test_own_lines_of_the_exclude_file_stay(folder: Path) -> None:
    run_git(folder, "init", "-q")
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/exclude").write_text("*.secret\n")
    prepare(folder)
    assert "*.secret\n" in (folder / ".git/info/exclude").read_text()


def test_hooks_of_the_user_do_not_run(folder: Path) -> None:
    run_git(folder, "init", "-q")
    for name in ("post-commit", "pre-commit", "reference-transaction", "post-checkout"):
        hook = folder / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {folder.parent}/hooked\n")
        hook.chmod(0o755)
    prepare(folder)
    assert not (folder.parent / "hooked").exists()


def test_a_detached_head_is_built_upon_without_following(folder: Path) -> None:
    run_git(folder, "init", "-q")
    head = commit_files(folder, {"a": "1"})
    run_git(folder, "checkout", "-q", "--detach")
    repository, prepared = prepare(folder)
    assert repository.integration_tip() == head
    assert prepared.follows is None
    assert "on no branch" in prepared.notes[0]


def test_a_repository_without_commits_gets_its_first_one(folder: Path) -> None:
    run_git(folder, "init", "-q", "-b", "dev")
    write_files(folder, {"a.txt": "a"})
    _, prepared = prepare(folder)
    assert prepared == Prepared(created=False, follows="dev")
    assert run_git(folder, "ls-files") == "a.txt"


def test_a_first_commit_the_user_has_begun_is_theirs_to_make(folder: Path) -> None:
    run_git(folder, "init", "-q")
    write_files(folder, {"a.txt": "a", "b.txt": "b"})
    run_git(folder, "add", "a.txt")
    with pytest.raises(Conflict, match="make the first commit yourself"):
        prepare(folder)
    assert run_git(folder, "diff", "--cached", "--name-only") == "a.txt"


def test_a_folder_inside_a_bigger_repository_is_refused(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q")
    commit_files(tmp_path, {"app/a.txt": "a"})
    with pytest.raises(Conflict, match=r"is part of the repository .*: choose that folder"):
        prepare(tmp_path / "app")


def test_an_untracked_folder_inside_a_repository_gets_its_own(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q")
    commit_files(tmp_path, {".gitignore": "app/\n"})
    (tmp_path / "app").mkdir()
    _, prepared = prepare(tmp_path / "app")
    assert prepared.created
    assert (tmp_path / "app/.git").is_dir()


def test_a_linked_worktree_works(tmp_path: Path) -> None:
    main = tmp_path / "main"
    main.mkdir()
    run_git(main, "init", "-q", "-b", "main")
    commit_files(main, {"a": "1"})
    run_git(main, "worktree", "add", "-q", "-b", "side", str(tmp_path / "app"))
    repository, prepared = prepare(tmp_path / "app")
    assert prepared.follows == "side"
    assert (repository.open_workspace("agent-1").path / "a").read_text() == "1"


def test_submodules_are_named_and_left_alone(tmp_path: Path) -> None:
    library, folder = tmp_path / "library", tmp_path / "app"
    for path in (library, folder):
        path.mkdir()
        run_git(path, "init", "-q")
    commit_files(library, {"l": "1"})
    run_git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "vendor/lib")
    commit_files(folder, {"a": "1"})
    repository, prepared = prepare(folder)
    assert "vendor/lib" in prepared.notes[0]
    workspace = repository.open_workspace("agent-1")
    assert workspace.state().dirty == ()
    assert list((workspace.path / "vendor/lib").iterdir()) == []


def test_a_shallow_clone_works(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    run_git(origin, "init", "-q", "-b", "main")
    commit_files(origin, {"a": "1"})
    commit_files(origin, {"a": "2"})
    run_git(tmp_path, "clone", "-q", "--depth", "1", f"file://{origin}", "app")
    repository, _ = prepare(tmp_path / "app")
    workspace = repository.open_workspace("agent-1")
    workspace.start_feature(1, "x")
    commit_files(workspace.path, {"b": "1"})
    landed = repository.land(workspace, 1, "x")
    assert repository.follow().moved, landed


def test_a_repository_that_borrows_objects_itself_works(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    run_git(origin, "init", "-q", "-b", "main")
    commit_files(origin, {"a": "1"})
    run_git(tmp_path, "clone", "-q", "--shared", str(origin), "app")
    repository, _ = prepare(tmp_path / "app")
    workspace = repository.open_workspace("agent-1")
    assert (origin / ".git/objects").resolve() in {root.resolve() for root in workspace.object_roots}
    assert (workspace.path / "a").read_text() == "1"


def test_sha256_repositories_work(folder: Path) -> None:
    run_git(folder, "init", "-q", "--object-format=sha256")
    commit_files(folder, {"a": "1"})
    repository, _ = prepare(folder)
    workspace = repository.open_workspace("agent-1")
    workspace.start_feature(1, "x")
    commit_files(workspace.path, {"b": "1"})
    assert len(workspace.state().head or "") == 64
    repository.land(workspace, 1, "x")
    assert repository.follow().moved
    assert (folder / "b").exists()


def bare(tmp_path: Path) -> Path:
    run_git(tmp_path, "init", "-q", "--bare", "bare")
    return tmp_path / "bare"


def inside_git(tmp_path: Path) -> Path:
    run_git(tmp_path, "init", "-q", "r")
    return tmp_path / "r/.git"


def missing(tmp_path: Path) -> Path:
    return tmp_path / "none"


def damaged(tmp_path: Path) -> Path:
    run_git(tmp_path, "init", "-q", "broken")
    (tmp_path / "broken/.git/config").write_text("[core\n")
    return tmp_path / "broken"


def in_the_way(tmp_path: Path) -> Path:
    run_git(tmp_path, "init", "-q", "taken")
    commit_files(tmp_path / "taken", {"a": "1"})
    run_git(tmp_path / "taken", "branch", "autocoder")
    return tmp_path / "taken"


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (bare, InvalidInput, "choose the folder with its files"),
        (inside_git, InvalidInput, "choose the folder with its files"),
        (missing, NotFound, "create it or choose another"),
        (damaged, Conflict, "Git cannot read the repository"),
        (in_the_way, Conflict, "rename it"),
    ],
)
def test_folders_that_cannot_be_projects_are_refused_in_one_sentence(
    tmp_path: Path, make: object, kind: type[AppError], words: str
) -> None:
    assert callable(make)
    with pytest.raises(kind, match=words):
        prepare(make(tmp_path))


def test_a_folder_not_prepared_yet_says_so(folder: Path) -> None:
    with pytest.raises(Conflict, match="open the project first"):
        ProjectRepository(folder, folder.parent / "home", "app").integration_tip()


def test_a_deleted_integration_branch_is_made_again(tmp_path: Path) -> None:
    repository = open_project(tmp_path)
    run_git(repository.folder, "branch", "-D", "autocoder/integration")
    with pytest.raises(NotFound, match="autocoder/integration is missing"):
        repository.integration_tip()
    repository.prepare()
    assert repository.integration_tip() == run_git(repository.folder, "rev-parse", "HEAD")


def test_a_renamed_branch_of_the_user_is_followed_under_its_new_name(tmp_path: Path) -> None:
    repository = open_project(tmp_path)
    run_git(repository.folder, "branch", "-m", "trunk")
    assert repository.prepare().follows == "trunk"
