"""Conformance: one command, what it prints, where it runs and how it ends."""

from __future__ import annotations

import asyncio

from api.errors import InvalidInput
from harness.sandboxes.base import OUTPUT_KEPT, TIMED_OUT, Limits
from harness.sandboxes.conformance.stage import (
    PATIENCE,
    Check,
    Stage,
    beating,
    beats,
    eventually,
    expect,
    meanwhile,
    still,
    there,
)


async def exit_code_is_the_commands(stage: Stage) -> None:
    async with stage.place() as place:
        expect((await place.run("exit 7")).exit_code == 7, "the exit code of `exit 7` is 7")
        expect((await place.run("kill -9 $$")).exit_code == 137, "a command killed by signal 9 ends with 137")
        expect((await place.run("no-such-program")).exit_code == 127, "an unknown program ends with 127")
        expect((await place.run("if")).exit_code == 2, "a syntax error ends with 2")


async def output_is_both_streams_in_order(stage: Stage) -> None:
    async with stage.place() as place:
        result = await place.run("echo one; echo two >&2; echo three")
    expect(result.output == "one\ntwo\nthree\n", f"stdout and stderr come in their order, not as {result.output!r}")
    expect(result.ok and not result.truncated and result.seconds < PATIENCE, "a short command is reported whole")


async def output_is_live(stage: Stage) -> None:
    async with stage.place() as place:
        seen = asyncio.Event()
        command = "echo first; until [ -e go ]; do sleep 0.01; done; echo second"
        async with meanwhile(place.run(command, on_output=lambda _: seen.set(), timeout=PATIENCE)) as running:
            await asyncio.wait([running, asyncio.ensure_future(seen.wait())], return_when=asyncio.FIRST_COMPLETED)
            expect(not running.done(), "output is passed on while the command runs")
            await place.write_file("go", b"")
            expect((await running).output == "first\nsecond\n", "what was passed on is in the result too")


async def any_bytes_may_be_printed(stage: Stage) -> None:
    async with stage.place() as place:
        pieces: list[str] = []
        result = await place.run(r"printf 'a\377\000b\303'; sleep 0.05; printf '\244'", on_output=pieces.append)
    expect(result.output == "a\ufffd\0b\u00e4", f"bytes that are no text are replaced, not {result.output!r}")
    expect("".join(pieces) == result.output, "a character in two pieces is put together")


async def a_flood_is_bounded(stage: Stage) -> None:
    async with stage.place(limits=Limits(output_bytes=200_000)) as place:
        passed = 0

        def count(text: str) -> None:
            nonlocal passed
            passed += len(text)

        result = await place.run("head -c 30000000 /dev/zero | tr '\\0' x; echo; echo the end", on_output=count)
    expect(result.ok and result.truncated, "a flood is cut, the command ends well and the result says so")
    expect(passed < 400_000 and len(result.output) <= OUTPUT_KEPT, f"a flood is cut where it begins, not at {passed}")
    expect(result.output.endswith("the end\n"), "the end of a flood is shown")


async def input_is_empty(stage: Stage) -> None:
    async with stage.place() as place:
        result = await place.run("cat; read -r x; echo $?", timeout=PATIENCE)
    expect(result.output == "1\n", "a command that reads finds the end of its input at once")


async def a_timeout_ends_everything(stage: Stage) -> None:
    async with stage.place() as place:
        command = f'({beating()}) & setsid bash -c "{beating("far")}" & echo begun; sleep 300'
        for seconds in (0.5, 2.0, PATIENCE):
            result = await place.run(command, timeout=seconds)
            expect(result.timed_out and result.exit_code == TIMED_OUT, "a command past its time is reported as such")
            if result.output and await there(place.workspace / "beat") and await there(place.workspace / "far"):
                break  # else the machine was too slow for it to begin
        expect(result.output.startswith("begun\n"), f"what it had printed is kept: {result}")
        expect(not await beats(place), "its children are ended too, even those that ignore signals")
        expect(not await beats(place, "far"), "and those in a session of their own")


async def giving_up_ends_the_command(stage: Stage) -> None:
    async with stage.place() as place:
        async with meanwhile(place.run(beating())):
            await eventually("the command starts", there, place.workspace / "beat")
        await eventually("a cancelled command is ended", still, place)


async def commands_run_side_by_side(stage: Stage) -> None:
    async with stage.place() as place:
        wait = "touch {0}; until [ -e {1} ]; do sleep 0.01; done; echo {0}"
        both = await asyncio.gather(
            place.run(wait.format("a", "b"), timeout=PATIENCE), place.run(wait.format("b", "a"), timeout=PATIENCE)
        )
    expect([result.output for result in both] == ["a\n", "b\n"], "two commands that wait for each other both end")


async def the_directory_is_asked_for_and_told(stage: Stage) -> None:
    async with stage.place() as place:
        first = await place.run("pwd; mkdir -p 'a b'; cd 'a b'")
        expect(first.output == f"{place.workspace}\n", "a command starts in the workspace")
        expect(first.cwd == place.workspace / "a b", "the result says where the command ended")
        second = await place.run("pwd; exit 3", cwd=first.cwd)
        expect(second.output == f"{first.cwd}\n" and second.cwd == first.cwd, "a command starts where it is told to")
        expect((await place.run("exec true", cwd=first.cwd)).cwd == first.cwd, "without a word of it nothing changes")
        try:
            await place.run("true", cwd=place.workspace / "nowhere")
        except InvalidInput:
            return
    expect(False, "a directory that does not exist is refused")


async def variables_are_of_one_command(stage: Stage) -> None:
    async with stage.place(environment={"OF_THE_PLACE": "p"}) as place:
        await place.run("export LEFT_BEHIND=x")
        result = await place.run("echo $OF_THE_PLACE,$OF_THE_COMMAND,$LEFT_BEHIND,$#", env={"OF_THE_COMMAND": "c"})
    expect(result.output == "p,c,,0\n", f"variables come from the place and the command, not {result.output!r}")


async def any_text_is_a_command(stage: Stage) -> None:
    text = "cat <<'EOF'\n$HOME `x` \\ \"'!é\nEOF\n# the end"
    async with stage.place() as place:
        expect((await place.run(text)).output == "$HOME `x` \\ \"'!é\n", "quotes and newlines arrive as they are")
        long = await place.run("x='" + "y" * 500_000 + "'\necho ${#x}\ncd /")
        expect((long.output, str(long.cwd)) == ("500000\n", "/"), "a command may be longer than an argument")
        try:
            await place.run("echo \0")
        except InvalidInput:
            return
    expect(False, "a command with a NUL is refused")


CHECKS: tuple[Check, ...] = (
    exit_code_is_the_commands,
    output_is_both_streams_in_order,
    output_is_live,
    any_bytes_may_be_printed,
    a_flood_is_bounded,
    input_is_empty,
    a_timeout_ends_everything,
    giving_up_ends_the_command,
    commands_run_side_by_side,
    the_directory_is_asked_for_and_told,
    variables_are_of_one_command,
    any_text_is_a_command,
)
