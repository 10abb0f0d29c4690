"""What is sent arrives; and the runner is one file."""

from __future__ import annotations

import io
import zipfile

from harness.sandboxes.archive import PACKAGE, runner_archive
from harness.sandboxes.inside.wire import Refused, Request, Settings, ending, frame
from harness.sandboxes.link import parse_ending


def test_a_request_arrives_as_it_was_sent() -> None:
    sent = Request("run", command="echo 'ä\n\0'", cwd="/x", environment={"A": "b"}, timeout=1.5, shared_cwd=True)
    assert vars(Request.parse(sent.line())) == vars(sent)
    assert sent.line().count(b"\n") == 1


def test_settings_arrive_as_they_were_sent() -> None:
    sent = Settings(
        workspace="/w",
        scratch="/tmp",
        environment={"A": "b"},
        mark="M=1",
        contained=True,
        proxy_port=1,
        memory_bytes=2,
        processes=3,
        file_bytes=4,
        open_files=5,
        output_bytes=6,
    )
    assert vars(Settings.parse(sent.line())) == vars(sent)


def test_a_frame_says_how_long_it_is() -> None:
    assert frame(b"o", b"abc") == b"o\0\0\0\3abc"
    assert Refused("not_found", "no").frame()[5:] == b'{"kind": "not_found", "detail": "no"}'


def test_an_ending_carries_the_facts() -> None:
    answer = parse_ending(ending(3, cwd="/x", seconds=0.5, truncated=True)[5:])
    assert (answer.exit_code, answer.cwd, answer.seconds, answer.timed_out, answer.truncated) == (
        3,
        "/x",
        0.5,
        False,
        True,
    )


def test_the_archive_holds_the_runner_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(runner_archive())) as file:
        names = {name.removesuffix(".pyc") for name in file.namelist()}
    inside = {f"harness/sandboxes/inside/{path.stem}" for path in PACKAGE.glob("*.py")}
    assert names == {"__main__", "harness/__init__", "harness/sandboxes/__init__", *inside}
