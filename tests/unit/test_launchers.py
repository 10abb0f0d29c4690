"""The scripts a person starts: thin, alike, and naming only what exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SHELL = {"start.sh": "start.py", "start_ui.sh": "start_ui.py", "test.sh": "--dev tests/run_checks.py"}
BATCH = {"start.bat": "start.py", "start_ui.bat": "start_ui.py"}


def body(name: str, program: str) -> list[str]:
    """The lines of a launcher, without comments, with its program taken out."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.replace(program, "PROGRAM") for line in lines if not line.startswith(("#", "rem "))]


@pytest.mark.parametrize("twins", [SHELL, BATCH])
def test_launchers_differ_only_in_the_program_they_start(twins: dict[str, str]) -> None:
    first, *others = (body(name, program) for name, program in twins.items())
    assert any("PROGRAM" in line for line in first)
    assert all(other == first for other in others)


@pytest.mark.parametrize(("name", "program"), [*SHELL.items(), *BATCH.items()])
def test_launchers_name_what_exists(name: str, program: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "bootstrap.py" in text
    assert (ROOT / program.rsplit(maxsplit=1)[-1]).is_file()


@pytest.mark.parametrize("name", [*SHELL, ".ci/run"])
def test_shell_scripts_parse_and_are_executable(name: str) -> None:
    path = ROOT / name
    assert path.stat().st_mode & 0o111
    interpreter = path.read_text(encoding="utf-8").splitlines()[0].rsplit("/", 1)[-1].split()[-1]
    assert subprocess.run([interpreter, "-n", path], check=False).returncode == 0


@pytest.mark.parametrize("name", list(BATCH))
def test_batch_files_speak_windows(name: str) -> None:
    raw = (ROOT / name).read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    text = raw.decode()
    code = [line for line in text.splitlines() if not line.startswith("rem ")]
    assert sum(line.count("(") for line in code) == sum(line.count(")") for line in code)
    assert set(re.findall(r"goto :(\w+)", text)) == set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert "WSL2" in text


def test_pull_requests_run_what_developers_run_without_rights_to_write() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "pr-check.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["check"]["steps"]
    assert workflow["permissions"] == {"contents": "read"}
    assert any(step.get("run") == ".ci/run" for step in steps)
    assert all(
        not step["with"]["persist-credentials"] for step in steps if step.get("uses", "").startswith("actions/checkout")
    )
