"""What init.sh left that can decide how tests are run: programs it installed, and settings outside the checkout.

Both runs of a check have the same init.sh and the same lists of packages, so these must be the same in both. What it
builds from the work, such as a bundle of the application, is something else and may differ.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.sandboxes.base import Place
from harness.verification.verdicts import Judgement

Footprint = frozenset[str]  # lines that name a file and what is in it

_SECONDS: Final = 120.0
_HOOKS: Final = ("sitecustomize.py", "usercustomize.py", "*.pth")  # what Python runs whenever it starts
_HOME: Final = (*_HOOKS, ".npmrc", ".yarnrc*", ".bunfig.toml", ".gitconfig", ".bash*", ".profile", ".mocharc*")
_MARK: Final = "pyvenv.cfg"  # at the top of a virtual environment
_USUAL: Final = (".venv", "venv")


async def of(place: Place, checkout: Path) -> Footprint:
    """The footprint of init.sh in `place`, around `checkout`. What git ignores may differ between two checkouts."""
    left_out = r"\( -path ./.git -o -path '*/node_modules/[!.]*' \) -prune"
    inside = rf"-maxdepth 7 {left_out} -o \( -path '*/node_modules/.bin/*' -o {_named(_HOOKS)} \)"
    outside = rf"-maxdepth 8 \( {_named(_HOME)} -o -path '*/.node_modules/*' \)"
    looks = [_look(["~"], outside), _look(["."], inside)]
    if programs := await asyncio.to_thread(_environments, checkout):
        looks.append(_look([shlex.quote(f"./{name}") for name in programs], ""))
    done = await place.run("; ".join(looks), timeout=_SECONDS)
    return frozenset(line for line in done.output.splitlines() if line.strip())


def judge_footprints(without: Footprint | None, with_it: Footprint | None) -> Judgement | None:
    """Why the work is not proven: init.sh did something else with it; None when it did not, or was not run in both."""
    if without is None or with_it is None:
        return None
    differing = sorted({_name(line) for line in without ^ with_it})
    if not differing:
        return None
    more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
    return Judgement(
        "broken",
        f"init.sh leaves other programs or settings with the work than without it ({', '.join(differing[:3])}{more}): "
        "what it installs must follow from init.sh and the lists of packages alone",
    )


def _environments(checkout: Path) -> list[str]:
    """The folders of programs of the virtual environments in `checkout`, whole or made to look like one."""
    marked = (path.parent / "bin" for below in ("", "*/", "*/*/") for path in checkout.glob(f"{below}{_MARK}"))
    named = (path / "bin" for below in ("", "*/") for name in _USUAL for path in checkout.glob(f"{below}{name}"))
    return sorted({str(path.relative_to(checkout)) for path in (*marked, *named)})


def _named(names: Sequence[str]) -> str:
    return " -o ".join(f"-name {shlex.quote(name)}" for name in names)


def _look(folders: Sequence[str], what: str) -> str:
    return (
        rf"/usr/bin/find {' '.join(folders)} {what} \( -type f -exec /usr/bin/sha256sum {{}} + "
        r"-o -type l -printf '%l %p\n' \) 2>/dev/null"
    )


def _name(line: str) -> str:
    return line.rpartition(" ")[2].strip()
