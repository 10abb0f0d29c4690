"""Conformance: what only holds behind walls."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from api.errors import InvalidInput, NotFound
from harness.sandboxes.conformance.stage import PATIENCE, Check, Stage, eventually, expect
from harness.sandboxes.escapes import try_escapes

PORT = 18_125
TUNNEL = (
    "a=${{HTTP_PROXY#http://}}; exec 3<>/dev/tcp/${{a%:*}}/${{a#*:}}; "
    "printf 'CONNECT {host}:{port} HTTP/1.1\\r\\n\\r\\n' >&3; head -n 1 <&3"
)


async def escapes_are_held(stage: Stage) -> None:
    home, project = stage.root / "home", stage.root / "project"
    for path in (home / ".ssh" / "id_rsa", project / "features.db"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret", encoding="utf-8")
    async with stage.place(egress=["example.org"]) as place:
        results = await try_escapes(place, home=home, hidden=(project,))
    wrong = [f"{result.name}: {result.outcome} ({result.evidence})" for result in results if not result.held]
    expect(not wrong, "every escape is tried and held, not " + "; ".join(wrong))


async def only_what_is_named_is_shown(stage: Stage) -> None:
    workspace = stage.spec().workspace
    for path in (
        workspace.parent / "agent-2" / "file",
        stage.root / "home" / "registry.db",
        stage.root / "shown" / "file",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("there", encoding="utf-8")
    async with stage.place(read_only=[stage.root / "shown"]) as place:
        home = stage.root / "home"
        beside = await place.run(f"ls {workspace.parent} {home}")
        expect("agent-2" not in beside.output and "registry.db" not in beside.output, "what lies beside is not there")
        result = await place.run(f"cat {stage.root}/shown/file && echo x > {stage.root}/shown/file")
        expect(result.output.startswith("there") and not result.ok, "a further folder is read-only")
    expect((stage.root / "shown" / "file").read_text(encoding="utf-8") == "there", "its files are as they were")


async def links_do_not_lead_out(stage: Stage) -> None:
    secret, target = stage.root / "secret", stage.root / "target"
    secret.write_text("secret", encoding="utf-8")
    async with stage.place() as place:
        await place.run(f"ln -s {secret} link; ln -s {stage.root} folder")
        for path in ("link", "folder/secret"):
            with contextlib.suppress(NotFound):
                await place.read_file(path)
                expect(False, f"{path} does not lead to a file of the owner's")
        with contextlib.suppress(InvalidInput, NotFound):
            await place.write_file("folder/target", b"x")
    expect(not target.exists(), "nothing is written through a link")


async def a_place_too_wide_is_refused(stage: Stage) -> None:
    spec = stage.spec()
    for path in (spec.run_dir.parent, spec.run_dir.anchor):
        with contextlib.suppress(InvalidInput):
            async with stage.place(read_only=[type(spec.run_dir)(path)]):
                expect(False, f"a place does not show {path}, which contains its own state")


async def a_server_inside_is_not_outside(stage: Stage) -> None:
    async with stage.place() as place, stage.place() as other:
        await place.run(f"python3 -m http.server {PORT} --bind 0.0.0.0 >/dev/null 2>&1 &")

        async def listens() -> bool:
            return (await place.run(f": < /dev/tcp/127.0.0.1/{PORT}")).ok

        await eventually("a server inside begins", listens)
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", PORT)
            writer.close()
            expect(False, "a server inside is not on the owner's loopback")
        expect(not (await other.run(f": < /dev/tcp/127.0.0.1/{PORT}")).ok, "nor on that of another place")


async def only_listed_hosts_are_reached(stage: Stage) -> None:
    async with _greeter() as port, stage.place(egress=[f"127.0.0.1:{port}", "localhost"]) as place:
        let_through = await place.run(TUNNEL.format(host="127.0.0.1", port=port), timeout=PATIENCE)
        expect("200" in let_through.output, f"a listed host is reached: {let_through.output}")
        for host, number in (("127.0.0.1", port + 1), ("localhost", 443), ("example.org", 443)):
            result = await place.run(TUNNEL.format(host=host, port=number), timeout=PATIENCE)
            expect("403" in result.output, f"{host}:{number} is refused: {result.output}")
        refused = [(refusal.host, refusal.port) for refusal in await place.refused()]
        expect(refused == [("127.0.0.1", port + 1), ("localhost", 443), ("example.org", 443)], f"and told: {refused}")


async def without_hosts_there_is_no_proxy(stage: Stage) -> None:
    async with stage.place() as place:
        result = await place.run("echo $HTTP_PROXY$https_proxy; cat /proc/net/dev | wc -l")
        expect(result.output == "\n3\n", f"there is the loopback and nothing else: {result.output!r}")
        expect(not await place.refused(), "nothing was asked for, nothing refused")


@contextlib.asynccontextmanager
async def _greeter() -> AsyncIterator[int]:
    """A server on the owner's loopback that hangs up; its port."""

    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


WALLED: tuple[Check, ...] = (
    escapes_are_held,
    only_what_is_named_is_shown,
    links_do_not_lead_out,
    a_place_too_wide_is_refused,
    a_server_inside_is_not_outside,
    only_listed_hosts_are_reached,
    without_hosts_there_is_no_proxy,
)
