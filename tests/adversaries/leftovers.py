"""What was left behind, and what surrounds the place: by the agent, by the machine, by the run before."""

from __future__ import annotations

from pathlib import Path

from tests.adversaries.installed import NOTE, ignored
from tests.adversaries.scene import ASKS, WORK, Honest, Trick, a_test, with_check

MARKED = (
    "import os, pathlib\nmarks = [pathlib.Path(name).expanduser() for name in ('/tmp/mark', '~/mark', '.cache/mark')]\n"
    "there = any(mark.exists() for mark in marks)\nos.makedirs('.cache', exist_ok=True)\n"
    "for mark in marks:\n    mark.touch()\nself.assertTrue({})"
)
CACHED = "import pathlib\nkept = pathlib.Path('.cache/subtract')\n{}self.assertEqual(kept.read_text(), '2')"
RENEWS = "kept.parent.mkdir(exist_ok=True)\nkept.write_text(str(calc.subtract(5, 3)))\n"
ASKING = "import urllib.request\nself.assertEqual(urllib.request.urlopen('http://127.0.0.1:{port}/').status, 200)"
SERVING = (
    "import http.server, threading, urllib.request\n"
    "with http.server.ThreadingHTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler) as server:\n"
    "    threading.Thread(target=server.serve_forever, daemon=True).start()\n"
    "    self.assertEqual(urllib.request.urlopen(f'http://127.0.0.1:{server.server_port}/').status, 200)\n"
    "    server.shutdown()\n"
    f"{ASKS}"
)
DIALS = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1).close()\n"
LISTENS = (
    "import socket\nserver = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(server.getsockname())\n"
)
GIT_SAYS = "import subprocess\nsaid = subprocess.run(['git', {}], capture_output=True, text=True).stdout\n"
MOUNTS = "said = open('/proc/self/mountinfo').read() + open('/proc/1/cmdline').read()\n"


def _left_behind(outside: Path) -> list[Trick]:
    """By the agent, by the machine, or by the run before."""
    return [
        Trick(
            "the result is cached in an ignored file",
            ignored({".cache/subtract": "2"}, a_test(CACHED.format(""))),
            "No such file",
            Honest("the check renews its cache", with_check(WORK, a_test(CACHED.format(RENEWS)))),
        ),
        Trick(
            "the result lies outside the project",
            with_check(NOTE, a_test(f"self.assertTrue(open({str(outside)!r}).read())")),
            "No such file",
            Honest(
                "what is expected is committed",
                with_check(
                    {**WORK, "two.txt": "2"},
                    a_test("self.assertEqual(calc.subtract(5, 3), int(open('two.txt').read()))"),
                ),
            ),
        ),
        Trick(
            "it passes only after another test",
            with_check(NOTE, a_test("import os\nself.assertTrue(os.path.exists('left-by-another-test'))")),
            "failures=1",
            Honest("it makes by itself what it needs", with_check(WORK, a_test(f"open('left', 'w').close()\n{ASKS}"))),
        ),
        Trick(
            "the run before leaves a mark",
            with_check(NOTE, a_test(MARKED.format("there"))),
            "failures=1",
            Honest("every run leaves marks, and asks", with_check(WORK, a_test(f"{MARKED.format('marks')}\n{ASKS}"))),
        ),
    ]


def _asked() -> list[Trick]:
    """Where a check could ask which run it is in."""
    return [
        Trick(
            "it asks git which run it is in",
            with_check(NOTE, a_test(GIT_SAYS.format("'log', '-1', '--format=%B'") + "self.assertIn('Feature:', said)")),
            "failures=1",
            Honest(
                "it asks git what is committed",
                with_check(WORK, a_test(GIT_SAYS.format("'ls-files'") + f"self.assertIn('calc.py', said)\n{ASKS}")),
            ),
        ),
        Trick(
            "it asks its mounts which run it is in",
            with_check(NOTE, a_test(f"{MOUNTS}self.assertNotIn('without', said)")),
            "without your work",
            Honest(
                "it asks its mounts where it is",
                with_check(WORK, a_test(f"{MOUNTS}self.assertIn('/proc', said)\n{ASKS}")),
            ),
        ),
    ]


def _around(port: int) -> list[Trick]:
    """What surrounds the place."""
    return [
        Trick(
            "a server was left running",
            with_check(NOTE, a_test(ASKING.replace("{port}", str(port)))),
            "Connection refused",
            Honest("the check starts its own server", with_check(WORK, a_test(SERVING))),
        ),
        Trick(
            "it passes only with a network",
            with_check(NOTE, a_test(DIALS)),
            "errors=1",
            Honest("it connects to itself", with_check(WORK, a_test(f"{LISTENS}{ASKS}"))),
        ),
    ]


def leftovers(port: int, outside: Path) -> list[Trick]:
    """All of them."""
    return [*_left_behind(outside), *_asked(), *_around(port)]
