import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent import containment
from agent.containment import View, contained_cli, find_cli, mounts
from api.errors import Unavailable


def inside(view: View, folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> subprocess.CompletedProcess[str]:
    """Run a shell script where the CLI would run."""
    monkeypatch.setattr(containment, "find_cli", lambda _environ: Path("/bin/sh"))
    program, variables = contained_cli(os.environ, view, folder)
    environment = {**os.environ, **variables, "HOME": str(view.home)}
    return subprocess.run(
        [program, "-c", script], env=environment, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.fixture
def view(tmp_path: Path) -> View:
    for name in ("home/.ssh", "home/.claude", "home/Documents", "ws", "run", "other"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "home" / ".ssh" / "id").write_text("private")
    (tmp_path / "home" / ".netrc").write_text("private")
    (tmp_path / "home" / ".claude" / "login").write_text("token")
    return View(home=tmp_path / "home", writable=(tmp_path / "ws", tmp_path / "run"), readable=(tmp_path / "other",))


@pytest.mark.place
def test_only_the_workspace_and_the_run_s_folder_can_be_written(
    view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"cd {tmp_path}; touch ws/a run/a; touch other/a; touch /etc/a"
    done = inside(view, tmp_path / "run", script, monkeypatch)
    assert done.stderr.count("Read-only file system") == 2
    assert (tmp_path / "ws" / "a").exists()
    assert not (tmp_path / "other" / "a").exists()


@pytest.mark.place
def test_a_home_is_hidden(view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = inside(view, tmp_path / "run", "ls -A $HOME", monkeypatch)
    assert done.stdout == ""


@pytest.mark.place
def test_a_login_stays_and_nothing_else_of_the_home(
    view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = View(home=view.home, writable=view.writable, keeps_login=True)
    script = (
        "cd; cat .claude/login .ssh/id .netrc; touch .claude/new; touch Documents/new; mv .claude.json.x .claude.json"
    )
    (view.home / ".claude.json.x").write_text("{}")
    done = inside(view, tmp_path / "run", script, monkeypatch)
    assert done.stdout == "token"
    assert (view.home / ".claude" / "new").exists()
    assert not (view.home / "Documents" / "new").exists()


@pytest.mark.place
def test_the_cli_sees_only_its_own_processes(view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = inside(
        view, tmp_path / "run", "ls /proc | grep -c '^[0-9]'; echo $AUTOCODER_CLI$AUTOCODER_MOUNTS", monkeypatch
    )
    count, variables = done.stdout.split("\n")[:2]
    assert int(count) < 8
    assert variables == ""


@pytest.mark.place
def test_the_cli_gives_way_to_others(view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = inside(view, tmp_path / "run", "nice; cat /proc/self/autogroup 2>/dev/null || echo nice 10", monkeypatch)
    assert done.stdout.split()[0] == "10"
    if os.geteuid() == 0:  # for others the kernel takes no more than ten such wishes a second
        assert done.stdout.rstrip().endswith("nice 10")


@pytest.mark.place
def test_the_cli_dies_with_the_thread_that_started_it(view: View, tmp_path: Path) -> None:
    """A parent that is killed with SIGKILL leaves nothing: the child writes to a pipe until it is gone."""
    parent = f"""
import os, subprocess, sys
from pathlib import Path
from agent import containment
from agent.containment import View, contained_cli
containment.find_cli = lambda environ: Path("/bin/sh")
view = View(home=Path({str(view.home)!r}), writable=(Path({str(tmp_path / "ws")!r}), Path({str(tmp_path / "run")!r})))
program, variables = contained_cli(os.environ, view, Path({str(tmp_path / "run")!r}))
child = subprocess.Popen([program, "-c", "echo up; sleep 1000"], env={{**os.environ, **variables}})
child.wait()
"""
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.kill()
    process.wait(10)
    assert process.stdout.read() == b""  # end of file: nobody holds the pipe any more
    process.stdout.close()


def test_the_cli_comes_with_the_sdk() -> None:
    assert find_cli({}).name.startswith("claude")


def test_a_missing_cli_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(Unavailable, match="install the requirements again"):
        find_cli({"PATH": str(tmp_path)})
    (tmp_path / "claude").write_text("#!/bin/sh\n")
    (tmp_path / "claude").chmod(0o755)
    assert find_cli({"PATH": str(tmp_path)}) == tmp_path / "claude"


def test_without_namespaces_the_cli_is_started_as_it_is(
    monkeypatch: pytest.MonkeyPatch, view: View, tmp_path: Path
) -> None:
    monkeypatch.setattr(containment, "containment", lambda: "none")
    program, variables = contained_cli(os.environ, view, tmp_path)
    assert (program, variables) == (find_cli(os.environ), {})


def test_a_root_without_a_home_hides_nothing() -> None:
    assert mounts(View(home=Path("/"), writable=())).count("--tmpfs") == 1
