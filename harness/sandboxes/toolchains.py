"""The tools on a person's PATH, and how little of their home has to be shown for them to work.

What is shown is read-only, and never a home folder itself, nor `.local`, nor a folder that a tool keeps its
credentials in: of such folders only the parts that hold programs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

NIX = Path("/nix/store")
SYSTEM = (Path("/usr"), Path("/bin"), Path("/sbin"), Path("/lib"), Path("/lib64"))
PREFIX_MARKS = ("lib", "lib64", "share", "include", "libexec", "pkg")
ELF = b"\x7fELF"
MOST_PROGRAMS = 64  # single programs shown of one folder

# Tool managers that live in a home: what of them holds programs, and the variable that tells their programs where.
MANAGERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    ".pyenv": ((".",), "PYENV_ROOT"),
    ".nvm": (("versions",), ""),
    ".fnm": ((".",), ""),
    ".volta": (("bin", "tools"), "VOLTA_HOME"),
    ".asdf": ((".",), "ASDF_DATA_DIR"),
    ".rbenv": ((".",), "RBENV_ROOT"),
    ".goenv": ((".",), "GOENV_ROOT"),
    ".sdkman": (("candidates",), ""),
    ".cargo": (("bin",), ""),
    ".rustup": (("toolchains", "settings.toml"), "RUSTUP_HOME"),
    ".bun": (("bin",), ""),
    ".deno": (("bin",), ""),
    ".dotnet": (("dotnet", "host", "packs", "sdk", "shared", "tools"), "DOTNET_ROOT"),
    ".local/share/uv": (("python", "tools"), ""),
    ".local/share/mise": (("installs", "shims"), ""),
    ".local/share/fnm": ((".",), ""),
    ".local/share/pnpm": ((".",), "PNPM_HOME"),
    ".local/share/pipx": (("venvs",), ""),
    ".local/pipx": (("venvs",), ""),
}
TOGETHER = {".cargo": ".rustup"}  # the programs of the first only point to those of the second


@dataclass(frozen=True)
class Toolchains:
    """What to show (existing paths, absolute), and the PATH and variables to go with it."""

    shown: tuple[Path, ...]
    path: tuple[Path, ...]
    environment: Mapping[str, str]


def find_toolchains(
    search: Iterable[str], home: Path, hidden: Iterable[Path] = (), workspace: Path | None = None
) -> Toolchains:
    """What the folders of a PATH need. `hidden` folders, what lies in them and what they lie in are left out.

    Where a manager's choice for `workspace` is plain, its programs come before the shims that would look it up again
    at each start.
    """
    home, avoided = home.resolve(), [path.resolve() for path in hidden]
    shown: dict[Path, None] = {}
    path: dict[Path, None] = {}
    environment: dict[str, str] = {}
    for entry in search:
        folder = Path(entry)
        if not folder.is_absolute() or not folder.is_dir():
            continue
        folder = folder.resolve()
        if _is_system(folder):
            path[folder] = None
        elif not any(folder.is_relative_to(one) for one in avoided):
            needed = _needed(folder, home, environment)
            if (chosen := _behind_shims(folder, workspace)) is not None:
                path[chosen] = None
                needed += [chosen.parent, prefix_of(chosen / "python")]  # the second of a virtual environment's base
            path[folder] = None
            for part in needed:
                if not any(one.is_relative_to(part) for one in avoided):
                    shown[part] = None
    return Toolchains(_outermost(shown), tuple(path), environment)


def own_environment() -> tuple[Path, ...]:
    """The virtual environment we run in, if any: its programs are not for what is being built."""
    return (Path(sys.prefix),) if sys.prefix != sys.base_prefix else ()


def prefix_of(program: Path) -> Path:
    """The folder a program is installed under: where its `bin` is, with its libraries beside."""
    folder = program.resolve().parent
    return folder.parent if folder.name in ("bin", "sbin", "Scripts") else folder


def _needed(folder: Path, home: Path, environment: dict[str, str]) -> list[Path]:
    if (parts := _managed(folder, home, environment)) is not None:
        return parts
    if folder.is_relative_to(NIX):
        return [NIX]
    root = folder.parent
    if folder.name in ("bin", "sbin") and _is_prefix(root, home):
        return [root, *_base_of_venv(root)]
    if not folder.is_relative_to(home):
        return [folder]
    return _single_programs(folder, home, environment)


def _managed(path: Path, home: Path, environment: dict[str, str]) -> list[Path] | None:
    """What the tool manager that `path` belongs to needs; None when it belongs to none."""
    for name, (parts, variable) in MANAGERS.items():
        root = home / name
        if not path.is_relative_to(root):
            continue
        if variable:
            environment[variable] = str(root)
        found = [root / part for part in parts if (root / part).exists()]
        if other := TOGETHER.get(name):
            found += _managed(home / other, home, environment) or []
        return found
    return None


def _behind_shims(folder: Path, workspace: Path | None) -> Path | None:
    """The folder of the Python that pyenv's shims start everywhere in `workspace`; None where that depends."""
    root = folder.parent
    if folder.name != "shims" or workspace is None or (workspace / ".python-version").exists():
        return None
    try:
        [version] = (root / "version").read_text().split()
    except (OSError, ValueError):  # none was chosen, or several at once
        return None
    programs = (root / "versions" / version / "bin").resolve()
    python = programs / "python"  # rbenv has shims, a version and versions too
    return programs if python.exists() and python.resolve().is_relative_to(root) else None


def _is_prefix(root: Path, home: Path) -> bool:
    """Whether `root` is a folder that some tool alone is installed under."""
    if root == home / ".local" or home.is_relative_to(root) or len(root.parts) < 3:
        return False
    if root.is_relative_to(home) and (root / ".git").exists():
        return False
    return (root / "pyvenv.cfg").is_file() or any((root / mark).is_dir() for mark in PREFIX_MARKS)


def _base_of_venv(root: Path) -> list[Path]:
    """The Python that a virtual environment stands on, when it is not the system's."""
    python = root / "bin" / "python"
    base = prefix_of(python)
    return [base] if python.exists() and not _is_system(base) and base != root else []


def _single_programs(folder: Path, home: Path, environment: dict[str, str]) -> list[Path]:
    """Of a folder that may hold anything: compiled programs, and what links of it point to in known managers."""
    found: list[Path] = []
    for entry in sorted(folder.iterdir())[:MOST_PROGRAMS]:
        target = entry.resolve()
        if target.is_relative_to(folder) and _is_program(target):
            found.append(target)
        elif (parts := _managed(target, home, environment)) is not None:
            found += [entry, *parts]
    return found


def _is_program(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return os.access(path, os.X_OK) and file.read(4) == ELF
    except OSError:
        return False


def _is_system(path: Path) -> bool:
    return any(path.is_relative_to(root) for root in SYSTEM)


def _outermost(paths: Iterable[Path]) -> tuple[Path, ...]:
    kept: list[Path] = []
    for path in sorted(dict.fromkeys(path for path in paths if path.exists()), key=lambda one: len(one.parts)):
        if not any(path.is_relative_to(outer) for outer in kept):
            kept.append(path)
    return tuple(kept)
