"""What a server does when it is asked to end: its features go back first."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NoReturn


@contextlib.contextmanager
def leaving_at_once(tidy: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT tidy up and end the process: a thread that reads standard input cannot be interrupted."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        try:
            tidy()
        finally:
            os._exit(0 if number == signal.SIGTERM else 130)

    with _handling(leave, signal.SIGTERM, signal.SIGINT):
        yield


@contextlib.contextmanager
def leaving_in_order() -> Iterator[None]:
    """SIGTERM ends the event loop, which cancels what is under way and waits for it."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    with _handling(leave, signal.SIGTERM):
        yield


@contextlib.contextmanager
def _handling(handler: Callable[[int, FrameType | None], NoReturn], *signals: signal.Signals) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals; another one's owner does
        return
    before = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
