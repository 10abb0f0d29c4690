"""Somebody who presses Ctrl+C all the time, while code of ours starts programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# The signals go to the whole group, as those of a terminal do, the children that have not left it yet among them.
STORM = """
import os, signal, threading, time

signal.signal(signal.SIGINT, lambda *_: None)
over = threading.Event()

def press():
    while not over.is_set():
        os.killpg(0, signal.SIGINT)
        time.sleep(0.0002)

pressing = threading.Thread(target=press)
pressing.start()
try:
{code}
finally:
    over.set()
    pressing.join()
"""


def output_under_ctrl_c(imports: str, code: str) -> str:
    """What `code` prints in a process of its own whose group hears Ctrl+C thousands of times a second."""
    indented = "\n".join(f"    {line}" for line in code.splitlines())
    program = imports + "\n" + STORM.replace("{code}", indented)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, capture_output=True, text=True, timeout=60, start_new_session=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
