"""Bubblewrap conforms; and what is true of its places alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from api.errors import InvalidInput
from harness import processes
from harness.sandboxes.base import MIB, Limits, PlaceSpec
from harness.sandboxes.bubblewrap import WALLS, Bubblewrap, explain, find_bwrap
from harness.sandboxes.conformance import WALLED, Check, Stage, checks, name_of

ROOT = Path(__file__).parents[2]

PROVIDER = Bubblewrap()
AVAILABILITY = PROVIDER.availability()
pytestmark = [
    pytest.mark.place,
    pytest.mark.skipif(not AVAILABILITY.ok, reason=f"{AVAILABILITY.reason}: {AVAILABILITY.remedy}"),
]


@pytest.mark.parametrize("check", checks(PROVIDER), ids=name_of)
async def test_bubblewrap_conforms(check: Check, tmp_path: Path) -> None:
    await check(Stage(PROVIDER, tmp_path))


async def test_nothing_of_the_owners_environment_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-not-for-agents")
    async with Stage(PROVIDER, tmp_path).place() as place:
        seen = await place.run("env; cat /proc/*/environ | tr '\\0' '\\n'")
    assert "sk-not-for-agents" not in seen.output
    assert str(Path.home()) not in [line.partition("=")[2] for line in seen.output.splitlines()]


async def test_variables_for_commands_do_not_reach_bubblewrap_itself(tmp_path: Path) -> None:
    # It runs outside the walls: a library of the agent's own must not be loaded there.
    async with Stage(PROVIDER, tmp_path).place(environment={"LD_PRELOAD": "/workspace/evil.so"}) as place:
        assert "evil.so" in (await place.run("echo $LD_PRELOAD")).output
        found = await place.run("tr '\\0' '\\n' < /proc/1/environ")
    assert "LD_PRELOAD=" not in found.output


async def test_who_commands_are(tmp_path: Path) -> None:
    async with Stage(PROVIDER, tmp_path).place() as place:
        found = await place.run(
            "id -un; hostname; grep -E '^(Cap(Eff|Bnd)|Seccomp|NoNewPrivs):' /proc/self/status | cut -f2"
        )
        assert found.output.split() == ["autocoder", "place", "0" * 16, "0" * 16, "1", "2"]
        assert (await place.run("id -u")).output == f"{os.getuid() or 1000}\n"


async def test_only_workspace_and_scratch_can_be_written(tmp_path: Path) -> None:
    async with Stage(PROVIDER, tmp_path).place() as place:
        mounts = set((await place.run("awk '$4 ~ /^rw/ {print $2}' /proc/mounts")).output.split())
        loose = (
            await place.run("for d in / /usr /etc /dev /proc /run /var; do touch $d/x && echo $d; done 2>/dev/null")
        ).output
    devices = {
        f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "pts", "ptmx", "console")
    }
    assert mounts - devices == {"/tmp", "/dev/shm", str(place.workspace)}
    assert loose == ""


async def test_scratch_has_a_limit(tmp_path: Path) -> None:
    async with Stage(PROVIDER, tmp_path).place(limits=Limits(scratch_bytes=10 * MIB)) as place:
        for folder in ("/tmp", "/dev/shm", "~"):
            result = await place.run(
                f"head -c 50000000 /dev/zero > {folder}/big; stat -c %s {folder}/big; rm {folder}/big"
            )
            assert int(result.output.splitlines()[-1]) <= 10 * MIB


async def test_a_deep_run_dir_and_a_linked_workspace(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    run_dir = tmp_path / ("x" * 90) / ("y" * 90)
    place = await PROVIDER.open(PlaceSpec(tmp_path / "link", run_dir))
    try:
        assert (await place.run("echo hi > file; pwd")).output == f"{tmp_path}/link\n"
        done = await processes.run_async(["bash", "-c", place.client_command("cat file")])
        assert done.stdout == "hi\n"
    finally:
        await place.close()
    assert (tmp_path / "real" / "file").read_text() == "hi\n"


async def test_a_run_dir_that_is_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workspace" / "run").mkdir(parents=True)
    (tmp_path / "taken").mkdir()
    for run_dir in (tmp_path / "taken", tmp_path / "workspace" / "run" / "x", Path("relative"), Path("/proc/x")):
        with pytest.raises(InvalidInput) as refusal:
            await PROVIDER.open(PlaceSpec(tmp_path / "workspace", run_dir))
        assert refusal.value.field == "run_dir"
    assert (tmp_path / "taken").exists()


async def test_where_user_namespaces_are_forbidden_it_says_so(tmp_path: Path) -> None:
    """A place forbids them: opening another one inside is refused, with the reason."""
    program = find_bwrap({})
    assert program is not None
    async with Stage(PROVIDER, tmp_path).place(read_only=[program.parents[2]]) as place:
        tried = await place.run(f"{program} {' '.join(WALLS)} --ro-bind / / -- true")
    found = explain(tried.output, {})
    assert (tried.ok, found.obstacle) == (False, "forbidden")


async def test_npm_and_pip_find_the_proxy_by_themselves(tmp_path: Path) -> None:
    asked: list[str] = []
    async with _recording(asked) as port, Stage(PROVIDER, tmp_path).place(egress=[f"127.0.0.1:{port}"]) as place:
        # The loopback is the place's own: it takes the proxy to get to the one outside, where the registry is.
        registry = f"http://127.0.0.1:{port}"
        anywhere = {"NO_PROXY": "", "no_proxy": ""}
        await place.run(f"npm view --fetch-retries=0 --registry={registry}/npm six", env=anywhere, timeout=60)
        await place.run(f"python3 -m pip download --retries 0 -i {registry}/pip six", env=anywhere, timeout=60)
        assert await place.refused() == ()
    assert {"GET /npm/six HTTP/1.1", "GET /pip/six/ HTTP/1.1"} <= set(asked)


@contextlib.asynccontextmanager
async def _recording(asked: list[str]) -> AsyncIterator[int]:
    """A server on the loopback that has nothing and writes down what it was asked for; its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n")).decode().strip())
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.skipif(
    os.getuid() != 0 or not Path("/usr/bin/setpriv").exists(), reason="only root can become another user"
)
def test_an_ordinary_user_has_the_same_walls() -> None:
    """The suite's checks of walls, as a user without any rights; needs a Python that such a user can read."""
    python = shutil.which("python3", path="/usr/bin")
    if python is None:
        pytest.skip("no python3 of the system")
    packages = Path(psutil.__file__).parents[1]
    with tempfile.TemporaryDirectory(prefix="autocoder-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o777)  # noqa: PTH101 - for the other user
        become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": folder,
            "PYTHONPATH": f"{ROOT}:{packages}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        program = Path(__file__).with_name("place_verdicts.py")
        importable = processes.run(
            [*become, python, "-c", "import psutil, harness.processes"], env=environment, cwd=ROOT
        )
        if not importable.ok:
            pytest.skip("another user's Python cannot import what is installed here")
        done = processes.run([*become, python, str(program), folder], env=environment, cwd=ROOT, timeout=100)
    verdicts = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert len(verdicts) == len(WALLED), done.stderr
    assert [verdict for verdict in verdicts if verdict[0] != "passed"] == []
