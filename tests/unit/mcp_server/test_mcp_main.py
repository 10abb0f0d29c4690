from __future__ import annotations

import io
from pathlib import Path

import pytest

from mcp_server import feature_mcp, http
from registry import Registry


def run(*arguments: str, home: Path) -> tuple[int, str]:
    error = io.StringIO()
    code = feature_mcp.main(arguments, {"AUTOCODER_HOME": str(home)}, io.StringIO(), error)
    return code, error.getvalue()


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    code, said = run("--project-dir", str(tmp_path / "nowhere"), home=tmp_path / "home")
    assert code == 1
    assert said.startswith("There is no folder and no project ")
    assert said.count("\n") == 1


def test_a_damaged_backlog_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "features.db").write_text("no database")
    code, said = run("--project-dir", str(tmp_path), home=tmp_path / "home")
    assert code == 1
    assert "is damaged" in said


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    opened = http.listen(0)
    code, said = run("--project-dir", str(tmp_path), "--http", str(opened.getsockname()[1]), home=tmp_path / "home")
    opened.close()
    assert code == 1
    assert "give another one with --http" in said


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--project-dir", ".", "--role", "king"],
        ["--project-dir", ".", "--http", "70000"],
        ["--project-dir", ".", "--http", "-1"],
        ["--project-dir", ".", "--owner", "a b"],
        ["--project-dir", ".", "--owner", ""],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments, home=tmp_path)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_project_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    Registry(tmp_path).register("shop", tmp_path / "shop")
    assert feature_mcp.project_folder("shop", {"AUTOCODER_HOME": str(tmp_path)}) == tmp_path / "shop"
    assert feature_mcp.project_folder(str(tmp_path / "shop"), {}) == tmp_path / "shop"
