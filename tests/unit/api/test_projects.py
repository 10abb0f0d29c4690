from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from api.database import Database, execute, open_database
from api.errors import Conflict, InvalidInput, NotFound, Unavailable
from api.projects import rules, service
from api.projects.schemas import ProjectSettings, PromptTexts

PROMPTS = PromptTexts(app_spec="build it", initializer_prompt="begin", coding_prompt="go on")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(tmp_path / "registry.db", "registry")
    with database.write() as opened:
        yield opened
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shop"
    made.mkdir()
    return made


def register(session: Session, name: str, path: Path) -> None:
    service.register(session, name, path, created_by_us=True, kind="web_app")


def test_a_project_is_found_by_name_and_by_folder(session: Session, folder: Path) -> None:
    register(session, "Shop", folder)
    found = service.resolve(session, "shop")
    assert (found.name, found.path, found.kind, found.created_by_us, found.state) == (
        "Shop",
        folder,
        "web_app",
        True,
        "ready",
    )
    assert service.resolve(session, f"{folder}/../shop/") == found
    assert service.list_projects(session) == [found]


@pytest.mark.parametrize(
    "name", ["", "a" * 51, "-x", ".hidden", "a b", "a/b", "..", "x.", "naïve", "a\n", "CON", "com1.txt", "api"]
)
def test_names_that_cannot_be_are_refused(session: Session, folder: Path, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        register(session, name, folder)
    assert caught.value.field == "name"


@pytest.mark.parametrize("name", ["a", "a" * 50, "My-app_2.0", "7up", "console"])
def test_names_that_can_be(name: str) -> None:
    assert rules.complaint_about_name(name) is None


def test_a_name_is_taken_whatever_its_case(session: Session, folder: Path, tmp_path: Path) -> None:
    register(session, "shop", folder)
    with pytest.raises(Conflict, match="already is a project called 'SHOP'"):
        register(session, "SHOP", tmp_path)


def test_two_names_for_one_folder_are_refused(session: Session, folder: Path, tmp_path: Path) -> None:
    register(session, "shop", folder)
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(Conflict, match="already is the project 'shop'"):
        register(session, "other", tmp_path / "link")


def test_a_folder_must_exist(session: Session, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere does not exist"):
        register(session, "shop", tmp_path / "nowhere")


def test_a_missing_folder_is_a_state_and_can_be_relocated(session: Session, folder: Path, tmp_path: Path) -> None:
    register(session, "shop", folder)
    folder.rename(tmp_path / "moved")
    assert service.resolve(session, "shop").state == "missing"
    moved = service.relocate(session, "shop", tmp_path / "moved")
    assert (moved.state, moved.path) == ("ready", tmp_path / "moved")
    assert service.relocate(session, "shop", tmp_path / "moved") == moved


def test_relocating_onto_another_project_is_refused(session: Session, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    register(session, "shop", folder)
    register(session, "other", tmp_path / "other")
    with pytest.raises(Conflict):
        service.relocate(session, "shop", tmp_path / "other")


def test_renaming(session: Session, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    register(session, "shop", folder)
    register(session, "other", tmp_path / "other")
    assert service.rename(session, "shop", "Shop").name == "Shop"
    with pytest.raises(Conflict):
        service.rename(session, "shop", "other")
    with pytest.raises(InvalidInput):
        service.rename(session, "shop", "a b")


def test_unregistering_leaves_the_folder(session: Session, folder: Path) -> None:
    register(session, "shop", folder)
    assert service.unregister(session, "shop").path == folder
    assert folder.is_dir()
    with pytest.raises(NotFound, match="no project 'shop'"):
        service.unregister(session, "shop")


@pytest.mark.parametrize("name", ["", "nothing", "/nowhere"])
def test_what_is_not_registered_is_not_found(session: Session, name: str) -> None:
    with pytest.raises(NotFound):
        service.resolve(session, name)


def test_the_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = service.home_directory({"AUTOCODER_HOME": str(tmp_path / "a" / "home")})
    assert home == tmp_path / "a" / "home"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    home.chmod(0o755)
    service.home_directory({"AUTOCODER_HOME": str(home)})
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_the_rights_of_a_folder_full_of_other_things_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    tmp_path.chmod(0o755)
    service.home_directory({"AUTOCODER_HOME": str(tmp_path)})
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("given", "home"),
    [({}, "/u/.autocoder"), ({"AUTOCODER_HOME": " "}, "/u/.autocoder"), ({"AUTOCODER_HOME": "~/x"}, "/u/x")],
)
def test_where_the_home_is(given: dict[str, str], home: str) -> None:
    assert rules.home_path(given, Path("/u")) == Path(home)


def test_a_home_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="set AUTOCODER_HOME"):
        service.home_directory({"AUTOCODER_HOME": str(tmp_path / "file" / "home")})


def test_settings_have_defaults_and_keep_changes(database: Database) -> None:
    with database.write() as session:
        assert service.load_settings(session) == ProjectSettings()
        changed = service.save_settings(session, {"verification": "off", "budget_day_usd": 20})
        assert service.save_settings(session, {"model": "opus"}) == changed.model_copy(update={"model": "opus"})
    with database.read() as session:
        assert service.load_settings(session).budget_day_usd == 20


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"verification": "believed"}, "verification"),
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": 9}, "concurrency"),
        ({"testing_ratio": 4}, "testing_ratio"),
        ({"batch_size": 6}, "batch_size"),
        ({"budget_run_usd": float("nan")}, "budget_run_usd"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_settings_that_cannot_be_name_the_field(database: Database, change: dict[str, object], field: str) -> None:
    with database.write() as session:
        with pytest.raises(InvalidInput) as caught:
            service.save_settings(session, change)
        assert caught.value.field == field
        assert service.load_settings(session) == ProjectSettings()


def test_settings_of_a_newer_version_do_not_hurt(database: Database) -> None:
    with database.write() as session:
        execute(session, """INSERT INTO settings VALUES (1, '{"model": "opus", "warp": 9}')""")
        assert service.load_settings(session) == ProjectSettings(model="opus")


def test_a_layout_never_overwrites(folder: Path) -> None:
    (folder / "prompts").mkdir()
    (folder / "prompts" / "app_spec.txt").write_text("mine")
    written = service.ensure_layout(folder, PROMPTS)
    assert sorted(path.name for path in written) == ["coding_prompt.md", "initializer_prompt.md"]
    assert service.read_prompts(folder) == PROMPTS.model_copy(update={"app_spec": "mine"})
    assert service.ensure_layout(folder, PROMPTS) == []
    assert (folder / ".autocoder").is_dir()


def test_missing_prompts_read_as_empty(folder: Path) -> None:
    assert service.read_prompts(folder).app_spec == ""
