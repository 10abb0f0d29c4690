"""The provider without walls conforms where no walls are asked for, and says what it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.sandboxes.conformance import Check, Stage, checks, name_of
from harness.sandboxes.process import Process

PROVIDER = Process()
pytestmark = pytest.mark.skipif(os.name != "posix", reason="places need POSIX processes")


@pytest.mark.parametrize("check", checks(PROVIDER), ids=name_of)
async def test_process_conforms(check: Check, tmp_path: Path) -> None:
    await check(Stage(PROVIDER, tmp_path))
