"""What a bubblewrap place sees: bubblewrap's arguments for the mounts, in their order.

Everything is read-only but the workspace, /tmp and /dev/shm. What is not named here does not exist inside: homes,
/root, /var, /run, /sys, /opt, /mnt and the rest.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.sandboxes.base import PlaceSpec

SCRATCH = Path("/tmp")  # noqa: S108 - the place's own, which nobody else has
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the place's own too
HOME = SCRATCH / "home"
ARCHIVE = Path("/run/autocoder/runner.pyz")
ROOTS = ("/bin", "/sbin", "/lib", "/lib32", "/libx32", "/lib64")
CONFIGURATION = (Path("/etc"), Path("/usr/local/etc"), Path("/usr/etc"))
NAME = "autocoder"  # of the user inside
# What tells of the machine as a whole and root may read even without a capability: there the kernel asks only who
# owns the file. An ordinary owner could read none of it outside either. Each costs a millisecond of opening.
KERNEL = ("kcore", "keys", "timer_list", "sched_debug", "latency_stats", "acpi", "asound", "scsi")
ROOT = 0


@dataclass(frozen=True)
class User:
    """Who commands are inside: an ordinary user, whoever the owner is."""

    uid: int
    gid: int


def arguments(spec: PlaceSpec, tools: Sequence[Path], archive: Path, user: User) -> list[str]:
    """The mounts of a place; writes the few files that are its own into its run_dir."""
    size = ("--perms", "1777", "--size", str(spec.limits.scratch_bytes))
    own = spec.run_dir / "etc"
    own.mkdir()
    nothing, empty = own / "nothing", own / "empty"
    nothing.touch()
    empty.mkdir()
    return [
        *_system(),
        *_masks(list(unreadable(CONFIGURATION)), nothing, empty),
        *_accounts(own, user),
        *("--proc", "/proc"),
        *_masks([Path("/proc", name) for name in KERNEL if os.getuid() == ROOT], nothing, empty),
        *("--remount-ro", "/proc"),
        *("--dev", "/dev", *size, "--tmpfs", str(SHARED_MEMORY), "--remount-ro", "/dev"),
        *(*size, "--tmpfs", str(SCRATCH), "--perms", "0700", "--dir", str(HOME)),
        *("--dir", "/var", "--symlink", f"..{SCRATCH}", f"/var{SCRATCH}", "--symlink", "../run", "/var/run"),
        *("--ro-bind", str(archive), str(ARCHIVE)),
        *_shown(spec, tools),
        *("--remount-ro", "/", "--chdir", str(spec.workspace)),
    ]


def unreadable(folders: Iterable[Path | str]) -> Iterator[Path]:
    """What of `folders` not everybody may read: inside nobody may, not even when the owner is root."""
    for folder in folders:
        try:
            with os.scandir(folder) as found:  # a thousand entries: pathlib takes six times as long
                entries = sorted(found, key=lambda one: one.name)
        except OSError:
            continue  # closed to us, so to what we start
        below = []
        for entry in entries:
            if entry.is_symlink():
                continue
            mode, folder_too = entry.stat(follow_symlinks=False).st_mode, entry.is_dir(follow_symlinks=False)
            if not mode & stat.S_IROTH or (folder_too and not mode & stat.S_IXOTH):
                yield Path(entry.path)
            elif folder_too:
                below.append(entry.path)
        yield from unreadable(below)


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc")
    for root in map(Path, ROOTS):
        if root.is_symlink():
            yield from ("--symlink", str(root.readlink()), str(root))
        elif root.is_dir():
            yield from ("--ro-bind", str(root), str(root))


def _masks(paths: Sequence[Path], nothing: Path, empty: Path) -> Iterator[str]:
    for path in paths:
        if path.is_dir():
            yield from ("--ro-bind", str(empty), str(path))
        elif path.exists():
            yield from ("--ro-bind", str(nothing), str(path))


def _accounts(own: Path, user: User) -> Iterator[str]:
    """Users, groups and hosts of the place: of the machine's own nothing is told."""
    files = {
        "passwd": f"root:x:0:0:root:/:/bin/sh\n{NAME}:x:{user.uid}:{user.gid}::{HOME}:/bin/bash\n"
        "nobody:x:65534:65534::/:/bin/sh\n",
        "group": f"root:x:0:\n{NAME}:x:{user.gid}:\nnogroup:x:65534:\n",
        "hosts": "127.0.0.1 localhost place\n::1 localhost\n",
    }
    for name, text in files.items():
        target = Path("/etc", name)
        if target.is_file():
            (own / name).write_text(text, encoding="utf-8")
            yield from ("--ro-bind", str(own / name), str(target.resolve()))


def _shown(spec: PlaceSpec, tools: Sequence[Path]) -> Iterator[str]:
    """Tools, further folders and the workspace; what contains another one comes before it."""
    mounts = dict.fromkeys((*tools, *spec.read_only), "--ro-bind")
    mounts[spec.workspace] = "--bind"
    sources = {spec.workspace: spec.source}
    for path, kind in sorted(mounts.items(), key=lambda one: len(one[0].parts)):
        if path.is_symlink() and path in tools:
            yield from ("--symlink", str(path.resolve()), str(path))
        else:
            yield from (kind, str(sources.get(path, path).resolve()), str(path))
