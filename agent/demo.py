"""The scripted model in place of a provider: started for one run, gone with it."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from api.errors import Unavailable
from harness import processes

INSTALL_FOLDER = Path(__file__).resolve().parent.parent
SPECIFICATION = INSTALL_FOLDER / "templates" / "web_app" / "specs" / "sample.txt"
START_SECONDS = 20.0
# The scripted model takes any key; this one says what it is.
KEY = "scripted-model-needs-no-key"


@contextlib.contextmanager
def scripted_provider(
    folder: Path, *, playbook: str = "sample", pace: float = 0.0
) -> Iterator[Callable[[], Mapping[str, str]]]:
    """A scripted model that lives as long as the block (and never longer than we do).

    Gives a function that waits until it listens, and answers the provider's variables for it. `pace` is the seconds one
    answer takes. Its request log and output are kept in `folder`.
    """
    port_file = folder / "port"
    port_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "scripted_model", "--playbook", playbook, "--pace", str(pace), "--die-with-parent"]
    process = processes.spawn(
        [*command, "--port-file", port_file, "--log", folder / "requests.jsonl"],
        cwd=INSTALL_FOLDER,
        env=processes.clean_environment(),
        output=folder / "scripted-model.log",
    )
    started = processes.start_time(process.pid) or time.time()
    try:
        yield lambda: {
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{_port(port_file, process.poll)}",
            "ANTHROPIC_API_KEY": KEY,
        }
    finally:
        processes.stop_group(process.pid, started, ladder=[(signal.SIGTERM, 2.0)])
        process.wait()


def _port(port_file: Path, ended: Callable[[], int | None]) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if port_file.is_file():
            return int(port_file.read_text())
        if ended() is not None:
            break
        time.sleep(0.02)
    raise Unavailable("The scripted model did not start: its output is in scripted-model.log in the run's folder.")
