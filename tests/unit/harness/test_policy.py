"""Organisation and project policy files."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import InvalidInput
from harness.policy import load_policy
from shellpolicy import Allow, Deny, build_policy, decide


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An AutoCoder home without a policy."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder without a policy."""
    path = tmp_path / "project"
    (path / ".autocoder").mkdir(parents=True)
    return path


def write_project(project: Path, text: str) -> None:
    (project / ".autocoder" / "policy.yaml").write_text(text, "utf-8")


def test_without_files_the_table_holds(home: Path, project: Path) -> None:
    assert load_policy(home, project, profile="web_app") == build_policy("web_app")
    assert load_policy(home) == build_policy("base")


def test_both_files_are_merged(home: Path, project: Path) -> None:
    (home / "config.yaml").write_text("allow: [terraform]\nblock: [make]\n", "utf-8")
    write_project(project, "allow: [kubectl, make]\nblock: [curl]\n")
    policy = load_policy(home, project)
    assert {"terraform", "kubectl"} <= policy.allowed
    assert not {"make", "curl"} & policy.allowed
    assert policy.withheld == {"make", "curl"}


def test_the_workspace_is_where_commands_may_go(home: Path, project: Path) -> None:
    policy = load_policy(home, project, workspace=Path("/srv/clone"), cwd=Path("/srv/clone/src"))
    assert decide("cd /srv/clone/docs", policy) == Allow()
    assert decide("cd ..", policy) == Allow()
    assert isinstance(decide("cd ../..", policy), Deny)
    assert isinstance(decide("cd /srv/other", policy), Deny)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("allow: [", "not valid YAML"),
        ("allow: make", "should be a list"),
        ("permit: [make]", "unknown key 'permit'"),
        ("allow: [sudo]", "nothing overrides"),
    ],
)
def test_a_wrong_file_is_one_clear_error(home: Path, project: Path, text: str, message: str) -> None:
    write_project(project, text)
    with pytest.raises(InvalidInput) as caught:
        load_policy(home, project)
    assert message in caught.value.detail
    assert caught.value.field == str(project / ".autocoder" / "policy.yaml")


def test_the_organisation_file_is_held_to_the_same(home: Path) -> None:
    (home / "config.yaml").write_text("allow: [sudo]", "utf-8")
    with pytest.raises(InvalidInput, match=r"config\.yaml allows 'sudo'"):
        load_policy(home)


def test_a_file_that_is_no_text_is_an_error(home: Path, project: Path) -> None:
    (project / ".autocoder" / "policy.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        load_policy(home, project)


def test_a_file_of_another_size_is_an_error(home: Path, project: Path) -> None:
    write_project(project, "#" * 200_000)
    with pytest.raises(InvalidInput, match="longer than"):
        load_policy(home, project)


def test_a_folder_in_its_place_is_an_error(home: Path, project: Path) -> None:
    (project / ".autocoder" / "policy.yaml").mkdir()
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_policy(home, project)


def test_an_unknown_profile_is_an_error(home: Path) -> None:
    with pytest.raises(InvalidInput, match="no shell profile 'mobile'"):
        load_policy(home, profile="mobile")
