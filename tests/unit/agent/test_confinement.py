import os
from pathlib import Path

import pytest

from agent.confinement import refuse_file_tool


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    workspace = (tmp_path / "ws").resolve()
    for folder in (".git/hooks", ".claude", "src", "sub"):
        (workspace / folder).mkdir(parents=True)
    (workspace / "src" / "a.py").write_text("x")
    (tmp_path / "secret").write_text("s")
    (workspace / "link_out").symlink_to(tmp_path / "secret")
    (workspace / "dir_out").symlink_to(tmp_path)
    (workspace / "link_in").symlink_to(workspace / "src" / "a.py")
    (workspace / "loop").symlink_to(workspace / "loop")
    (workspace / "to_git").symlink_to(workspace / ".git")
    os.mkfifo(workspace / "pipe")
    return workspace


@pytest.mark.parametrize(
    "path", ["src/a.py", "src/new.py", "new/deep/file.txt", "link_in", "src/../src/a.py", "..name", ".env.example"]
)
@pytest.mark.parametrize("tool", ["Read", "Write", "Edit"])
def test_files_of_the_workspace_are_permitted(workspace: Path, tool: str, path: str) -> None:
    assert refuse_file_tool(tool, {"file_path": path}, workspace) is None
    assert refuse_file_tool(tool, {"file_path": str(workspace / path)}, workspace) is None


@pytest.mark.parametrize(
    "path",
    [
        "../secret", "/etc/passwd", "link_out", "dir_out/secret", "dir_out/new", "loop", "~/.ssh/id_rsa", "~root/x",
        ".git/config", ".git/hooks/pre-commit", "to_git/config", "sub/.git/config", ".claude/settings.json",
        ".mcp.json", "sub/.mcp.json", ".autocoder/policy.yaml",
        "pipe", "src/../../secret", "a\0b", "/proc/self/environ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("tool", ["Read", "Write", "Edit"])
def test_everything_else_is_refused_with_a_sentence(workspace: Path, tool: str, path: str) -> None:
    refusal = refuse_file_tool(tool, {"file_path": path}, workspace)
    assert refusal is not None
    assert refusal.endswith(".")


@pytest.mark.parametrize("given", [{}, {"file_path": 3}, {"file_path": None}])
def test_a_file_tool_without_a_path_is_refused(workspace: Path, given: dict[str, object]) -> None:
    assert refuse_file_tool("Read", given, workspace) is not None


def test_a_folder_can_be_searched_but_not_written(workspace: Path) -> None:
    assert refuse_file_tool("Grep", {"path": "src", "pattern": "x"}, workspace) is None
    assert refuse_file_tool("Grep", {"pattern": "/etc"}, workspace) is None
    assert refuse_file_tool("Glob", {"pattern": "**/*.py"}, workspace) is None
    assert refuse_file_tool("Write", {"file_path": "src"}, workspace) is not None


@pytest.mark.parametrize("pattern", ["/etc/*", "../*", "~/*", "a/../../b", "{..,x}/secret", 7])
def test_a_pattern_cannot_leave_the_workspace(workspace: Path, pattern: object) -> None:
    assert refuse_file_tool("Glob", {"pattern": pattern}, workspace) is not None
