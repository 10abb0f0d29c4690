"""Bubblewrap conforms; and what is true of its places alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.sandboxes.bubblewrap import Bubblewrap
from harness.sandboxes.conformance import Check, Stage, checks, name_of

PROVIDER = Bubblewrap()
AVAILABILITY = PROVIDER.availability()
pytestmark = [
    pytest.mark.place,
    pytest.mark.skipif(not AVAILABILITY.ok, reason=f"{AVAILABILITY.reason}: {AVAILABILITY.remedy}"),
]


@pytest.mark.parametrize("check", checks(PROVIDER), ids=name_of)
async def test_bubblewrap_conforms(check: Check, tmp_path: Path) -> None:
    await check(Stage(PROVIDER, tmp_path))
