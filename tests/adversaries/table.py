"""Ways to get a card green without the work, each with an honest counterpart of the same shape."""

from __future__ import annotations

from pathlib import Path

from tests.adversaries.doubtful import doubtful
from tests.adversaries.forgiving import forgiving
from tests.adversaries.hollow import hollow
from tests.adversaries.installed import installed
from tests.adversaries.leftovers import leftovers
from tests.adversaries.planted import planted
from tests.adversaries.scene import Trick
from tests.adversaries.selfjudging import selfjudging
from tests.adversaries.subverted import subverted


def tricks(port: int = 0, outside: Path = Path("/")) -> list[Trick]:
    """All of them; `port` has a server of this machine, `outside` is a file of this machine."""
    looked_at = [*hollow(), *subverted(), *forgiving(), *selfjudging(), *doubtful(), *planted(), *installed()]
    return [*looked_at, *leftovers(port, outside)]


def described() -> list[list[str]]:
    """The rows of the table in the documentation."""
    return [
        [
            trick.name,
            "a person is asked" if trick.asked else f"refused: “{trick.says}”",
            trick.honest.does + (", and a person says yes" if trick.honest.asked else ""),
            trick.honest.badge,
        ]
        for trick in tricks()
    ]
