"""Prints a verdict on each check of walls: `place_verdicts.py FOLDER`. Run by another user, without pytest."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from api.errors import AppError
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.sandboxes.conformance import WALLED, NotConforming, Stage, name_of


async def main(folder: Path) -> None:
    """One line a check."""
    for check in WALLED:
        root = folder / name_of(check)
        root.mkdir()
        try:
            await check(Stage(Bubblewrap(), root))
        except (NotConforming, AppError, OSError) as finding:
            sys.stdout.write(f"failed {name_of(check)}: {finding}\n")
        else:
            sys.stdout.write(f"passed {name_of(check)}\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
