"""Conformance: what the commands of a place may use."""

from __future__ import annotations

from harness.sandboxes.base import MIB, Limits
from harness.sandboxes.conformance.stage import PATIENCE, Check, Stage, expect

HUNGRY = "python3 -c 'import time; x = bytearray({mib} << 20); print(len(x) >> 20, flush=True); time.sleep(60)'"

# Each forks two, ten times over: it grows as fast as a real one, but where nothing holds it, it ends at two thousand.
BOMB = "bomb() { if [ $1 -gt 0 ]; then bomb $(($1 - 1)) | bomb $(($1 - 1)) & else sleep 20; fi; wait; }; bomb 10"


async def a_file_has_a_limit(stage: Stage) -> None:
    async with stage.place(limits=Limits(file_bytes=5 * MIB)) as place:
        result = await place.run("head -c 20000000 /dev/zero > big; stat -c %s big")
    expect(result.output.splitlines()[-1:] == [str(5 * MIB)], f"a file ends where its limit is: {result.output}")


async def a_process_has_a_limit_of_memory(stage: Stage) -> None:
    async with stage.place(limits=Limits(memory_bytes=200 * MIB)) as place:
        result = await place.run(HUNGRY.format(mib=400), timeout=PATIENCE)
        expect(not result.ok and "MemoryError" in result.output, f"too much memory is refused: {result}")
        expect((await place.run("echo fine")).output == "fine\n", "the place goes on")


async def a_place_has_a_limit_of_memory(stage: Stage) -> None:
    async with stage.place(limits=Limits(memory_bytes=300 * MIB)) as place:
        several = " & ".join([HUNGRY.format(mib=150)] * 4) + " & wait"
        result = await place.run(several, timeout=PATIENCE)
        expect(not result.ok and "MiB of memory" in result.output, f"many processes are stopped as one: {result}")
        expect((await place.run("echo fine")).output == "fine\n", "the place goes on")


async def a_fork_bomb_is_stopped(stage: Stage) -> None:
    async with stage.place(limits=Limits(processes=200)) as place:
        result = await place.run(BOMB, timeout=PATIENCE)
        expect(not result.ok and not result.timed_out, f"a fork bomb is stopped: {result}")
        count = await place.run("ls -d /proc/[0-9]* | wc -l", timeout=PATIENCE)
        expect(int(count.output) < 50, f"nothing of it is left: {count.output}")


async def the_dead_are_buried(stage: Stage) -> None:
    async with stage.place() as place:
        await place.run("for i in $(seq 50); do (sleep 0.01 &) ; done")
        result = await place.run("sleep 0.3; cat /proc/[0-9]*/stat | grep -c ') Z '")
    expect(result.output == "0\n", f"no zombies are left: {result.output}")


CHECKS: tuple[Check, ...] = (a_file_has_a_limit, a_process_has_a_limit_of_memory)
WALLED: tuple[Check, ...] = (a_place_has_a_limit_of_memory, a_fork_bomb_is_stopped, the_dead_are_buried)
