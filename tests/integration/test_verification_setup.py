"""init.sh on a clean checkout, and what it installs is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backlog.statuses import PERSON
from api.database import Database
from harness.sandboxes.process import Process
from harness.verification import Conditions, Verdict, Verifier
from harness.verification.dependencies import KEPT, DependencyCache
from harness.workspaces.repository import ProjectRepository
from tests.gitcards import add_card, open_backlog, set_check
from tests.gitprojects import commit_files, open_project

INSTALL = "mkdir -p node_modules/x && echo installed >> node_modules/x/log\n"


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    return open_project(tmp_path)


@pytest.fixture
def database(repository: ProjectRepository) -> Iterator[Database]:
    opened = open_backlog(repository.folder)
    yield opened
    opened.close()


async def check(repository: ProjectRepository, database: Database, command: str) -> Verdict:
    """Verify a new card whose check is `command` on what the user has committed."""
    feature = add_card(database)
    set_check(database, feature, command)
    return await Verifier(database, repository, Process(), Conditions(setup_seconds=5)).verify(feature, actor=PERSON)


def kept(repository: ProjectRepository) -> list[str]:
    packages = repository.layout.harness / "verify/packages"
    return sorted(str(path.relative_to(packages)).partition("/tree/")[2] for path in packages.glob("*/**/log"))


async def test_init_runs_before_the_check(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": "echo ready > ready.txt\n"})
    assert (await check(repository, database, "grep ready ready.txt")).passed


async def test_servers_init_starts_are_there_for_the_check(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": "(while :; do date > beat; sleep 0.05; done) &\n"})
    assert (await check(repository, database, "rm -f beat; sleep 0.3; test -e beat")).passed


async def test_an_init_that_fails_breaks_the_check(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": "echo no registry; exit 4\n"})
    verdict = await check(repository, database, "true")
    assert (verdict.state, verdict.output.strip()) == ("broken", "no registry")
    assert "init.sh exited with 4" in verdict.detail


async def test_an_init_that_never_ends_breaks_the_check(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": "sleep 60\n"})
    feature = add_card(database)
    set_check(database, feature, "true")
    verifier = Verifier(database, repository, Process(), Conditions(setup_seconds=0.3))
    assert "in the background" in (await verifier.verify(feature, actor=PERSON)).detail


async def test_what_init_installs_is_there_the_next_time(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": INSTALL, ".gitignore": "node_modules/\n"})
    assert (await check(repository, database, "test $(wc -l < node_modules/x/log) = 1")).passed
    assert kept(repository) == ["node_modules/x/log"]
    assert (await check(repository, database, "test $(wc -l < node_modules/x/log) = 2")).passed
    assert (await check(repository, database, "test $(wc -l < node_modules/x/log) = 2")).passed


async def test_other_lock_files_install_anew(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": INSTALL, ".gitignore": "node_modules/\n"})
    await check(repository, database, "true")
    commit_files(repository.folder, {"web/package-lock.json": "{}"})
    assert (await check(repository, database, "test $(wc -l < node_modules/x/log) = 1")).passed
    assert len(kept(repository)) == 2


async def test_what_failed_keeps_nothing(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": INSTALL, ".gitignore": "node_modules/\n"})
    assert (await check(repository, database, "false")).state == "failed"
    assert kept(repository) == []


async def test_only_folders_that_git_ignores_and_init_made_are_kept(
    repository: ProjectRepository, database: Database
) -> None:
    init = INSTALL + "mkdir made && touch made/log .env\n"
    commit_files(repository.folder, {"init.sh": init, ".gitignore": "node_modules/\nlater/\n.env\n"})
    assert (await check(repository, database, "mkdir later && touch later/log")).passed
    assert kept(repository) == ["node_modules/x/log"]


async def test_what_the_check_does_to_packages_is_not_kept(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": INSTALL, ".gitignore": "node_modules/\n"})
    assert (await check(repository, database, "echo poison >> node_modules/x/log")).passed
    assert (await check(repository, database, "! grep poison node_modules/x/log")).passed


async def test_init_installs_and_does_not_do_the_work(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": "echo 'answer = 42' > calc.py\n", "calc.py": "answer = 0\n"})
    verdict = await check(repository, database, "grep 42 calc.py")
    assert (verdict.state, "init.sh changed calc.py" in verdict.detail) == ("broken", True)


async def test_init_does_not_decide_how_tests_are_run(repository: ProjectRepository, database: Database) -> None:
    commit_files(repository.folder, {"init.sh": "touch conftest.py\n", ".gitignore": "conftest.py\n"})
    verdict = await check(repository, database, "true")
    assert (verdict.state, "init.sh wrote conftest.py" in verdict.detail) == ("broken", True)


def test_the_oldest_packages_go(tmp_path: Path) -> None:
    cache = DependencyCache(tmp_path / "packages")
    for number in range(KEPT + 2):
        checkout = tmp_path / f"checkout-{number}"
        (checkout / "node_modules").mkdir(parents=True)
        cache.set_aside(f"key-{number}", checkout, ["node_modules", "gone"])
        cache.keep(f"key-{number}")
        os.utime(tmp_path / f"packages/key-{number}", (number, number))
    names = {path.name for path in (tmp_path / "packages").iterdir()}
    assert names == {f"key-{number}" for number in range(2, KEPT + 2)}


def test_packages_that_do_not_fit_are_left_out(tmp_path: Path) -> None:
    cache = DependencyCache(tmp_path / "packages")
    (tmp_path / "packages/key/web").mkdir(parents=True)
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout/web").write_text("a file")
    assert not cache.restore("key", tmp_path / "checkout")
    assert not cache.restore("unknown", tmp_path / "checkout")


def test_a_linked_folder_is_not_kept(tmp_path: Path) -> None:
    cache = DependencyCache(tmp_path / "packages")
    (tmp_path / "checkout").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "checkout/node_modules").symlink_to(tmp_path / "elsewhere")
    cache.set_aside("key", tmp_path / "checkout", ["node_modules"])
    cache.keep("key")
    assert not (tmp_path / "packages/key").exists()
    assert (tmp_path / "elsewhere").is_dir()
