"""A place whose commands multiply is stopped by the kernel where it can be, root or not."""

import os
import platform
from pathlib import Path

import pytest

from harness.sandboxes.base import Limits, PlaceSpec
from harness.sandboxes.pid_limit import RESERVED, SPARE, available, ceiling
from harness.sandboxes.registry import provider

pytestmark = pytest.mark.place


def machine_limit() -> str:
    return Path("/proc/sys/kernel/pid_max").read_text()


@pytest.mark.skipif(os.geteuid() != 0 or not available(platform.release()), reason="needs root and a kernel from 6.14")
async def test_the_kernel_holds_the_number_of_processes_for_root(tmp_path: Path) -> None:
    machine = machine_limit()
    spec = PlaceSpec(workspace=tmp_path, run_dir=tmp_path.with_name("run"), limits=Limits(processes=100))
    place = await provider("bubblewrap").open(spec)
    try:
        held = await place.run("cat /proc/sys/kernel/pid_max")
        assert held.output.strip() == str(ceiling(100))
        rewritten = await place.run("echo 9999 > /proc/sys/kernel/pid_max")
        assert not rewritten.ok
        # Once all numbers were used, those below RESERVED are not given out again: there must be room above them.
        used_up = f"for i in $(seq {RESERVED + 100 + SPARE}); do (:); done"
        many = "for i in $(seq 90); do sleep 20 & done; jobs -p | wc -l; kill $(jobs -p)"
        assert (await place.run(f"{used_up}; {many}")).output == "90\n"
    finally:
        await place.close()
    assert machine_limit() == machine
