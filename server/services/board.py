"""The whole board as compressed JSON, kept until a card changes: ten thousand cards cost their making once."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from api.backlog import service as backlog
from api.database import Database
from api.runs import service as runs

KEPT: Final = 8  # boards in memory
MOST_REPLAYED: Final = 2_000  # events a reader of an old board may have to catch up on
CARD_EVENTS: Final = frozenset({"feature_update"})  # every visible change of a card comes with one


@dataclass(frozen=True)
class Board:
    """`compressed` is the gzipped JSON `{"seq", "features"}`; `seq` the last event it contains."""

    seq: int
    tag: str
    compressed: bytes


def gunzip(board: Board) -> bytes:
    """The JSON itself, for the rare reader that takes no compressed answer."""
    return gzip.decompress(board.compressed)


class Boards:
    """The boards of the projects that were asked for. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Path, Board] = OrderedDict()
        self._making: dict[Path, threading.Lock] = {}

    def read(self, database: Database, known: str | None) -> Board | None:
        """The board as it is now; None when the reader's, whose tag is `known`, still is that board."""
        with database.read() as session:
            identity = _identity(session, database.path)
            seq = _seq_of(known, identity)
            if seq is not None and _is_current(session, seq):
                return None
        with self._maker(database.path), database.read() as session:
            kept = self._kept.get(database.path)
            if kept is not None and kept.tag.startswith(f"{identity}-") and _is_current(session, kept.seq):
                return kept
            return self._keep(database.path, _make(session, identity))

    def _maker(self, path: Path) -> threading.Lock:
        with self._lock:
            return self._making.setdefault(path, threading.Lock())

    def _keep(self, path: Path, board: Board) -> Board:
        with self._lock:
            self._kept[path] = board
            self._kept.move_to_end(path)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return board


def _identity(session: Session, path: Path) -> str:
    """Names this very log: another file may get the number of one that was deleted, but not its first event."""
    first = runs.events(session, limit=1)
    return f"{path.stat().st_ino:x}.{zlib.crc32(first[0].body.encode()) if first else 0:x}"


def _make(session: Session, identity: str) -> Board:
    seq = runs.log_bounds(session).newest
    text = f'{{"seq":{seq},"features":{backlog.board_json(session)}}}'
    return Board(seq, f"{identity}-{seq}", gzip.compress(text.encode(), 1, mtime=0))


def _is_current(session: Session, seq: int) -> bool:
    """Whether no card changed after `seq`, and a socket can still go on from there without a long replay."""
    bounds = runs.log_bounds(session)
    if seq < bounds.oldest - 1 or not 0 <= bounds.newest - seq <= MOST_REPLAYED:
        return False
    return not runs.events(session, after=seq, kinds=CARD_EVENTS, limit=1)


def _seq_of(tag: str | None, identity: str) -> int | None:
    """The `seq` in a reader's tag of this very file."""
    if tag is None:
        return None
    found, _, seq = tag.strip().removeprefix("W/").strip('"').partition("-")
    return int(seq) if found == identity and seq.isdecimal() and len(seq) < 19 else None
