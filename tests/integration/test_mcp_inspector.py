"""The official inspector as the client; it ends with 0 even when a tool fails, so its JSON is what counts."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from harness import processes

ROOT = Path(__file__).resolve().parents[2]
INSPECTOR = ROOT / "tests" / "inspector" / "node_modules" / ".bin" / "mcp-inspector"

pytestmark = pytest.mark.skipif(
    not INSPECTOR.exists() or shutil.which("node") is None,
    reason="the inspector is not installed: run npm ci in tests/inspector",
)


def inspect(folder: Path, *arguments: str) -> dict[str, Any]:  # Any: JSON values
    program = [sys.executable, "-m", "mcp_server.feature_mcp", "--project-dir", str(folder), "--owner", "inspector"]
    done = processes.run([INSPECTOR, "--cli", *program, *arguments], cwd=ROOT, timeout=60)
    assert done.ok, done.stderr
    return dict(json.loads(done.stdout))


def call(folder: Path, tool: str, **arguments: object) -> dict[str, Any]:  # Any: JSON values
    pairs = [part for name, value in arguments.items() for part in ("--tool-arg", f"{name}={json.dumps(value)}")]
    return inspect(folder, "--method", "tools/call", "--tool-name", tool, *pairs)


def test_the_inspector_lists_and_calls_the_tools(tmp_path: Path) -> None:
    listed = inspect(tmp_path, "--method", "tools/list")["tools"]
    assert len(listed) == 18
    assert all(tool["description"] and tool["inputSchema"]["type"] == "object" for tool in listed)
    features = [{"category": "c", "name": "n", "description": "d", "steps": ["s"]}]
    assert call(tmp_path, "feature_create_bulk", features=features)["structuredContent"] == {"created": 1, "ids": [1]}
    claimed = call(tmp_path, "feature_get_next")
    assert claimed["structuredContent"] == json.loads(claimed["content"][0]["text"])
    assert claimed["structuredContent"]["claimed_by"] == "mcp:inspector"
    failed = call(tmp_path, "feature_mark_passing", feature_id=1)
    assert failed["isError"] is True
    assert "no check yet" in failed["content"][0]["text"]
