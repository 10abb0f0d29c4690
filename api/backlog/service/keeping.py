"""feature_list.json in a project's `.autocoder` folder, kept equal to the backlog by whoever calls `keep`.

The database is the truth. The file is written from it, and read only where a database is new and has no card: a
features.db that was lost comes back as far as the list goes.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from api.backlog.repository import listing
from api.backlog.service.importing import import_feature_list
from api.backlog.statuses import HARNESS
from api.database import Database, record
from api.errors import InvalidInput, Unavailable
from api.events import Log

FOLDER: Final = ".autocoder"
NAME: Final = "feature_list.json"
LISTED: Final = f"{FOLDER}/{NAME}"  # in a project's folder
_WRITTEN: Final = "feature_list.sha256"  # what we wrote: the hash before last and the last one
_BACKUPS: Final = "backups"
_CHUNK: Final = 2**16  # bytes
PAUSE_SECONDS: Final = 2.0  # at least, between two writings
REST: Final = 50.0  # times what the last one took

Kept = Literal["same", "written", "reverted", "restored"]
_Stamp = tuple[int, int, int] | None


class FeatureList:
    """The list of the project in `folder`. Any number of processes may keep it at the same time."""

    def __init__(self, database: Database, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._folder = folder / FOLDER
        self._path = self._folder / NAME
        self._clock = clock
        self._stamp: _Stamp = None
        self._rests_until = 0.0

    def is_touched(self) -> bool:
        """Whether somebody wrote or deleted the file since `keep` was called last; costs microseconds."""
        return _stamp(self._path) != self._stamp

    def keep_gently(self) -> Kept | None:
        """Like `keep`; None when it was done so recently that it had better wait."""
        began = self._clock()
        if began < self._rests_until:
            return None
        try:
            return self.keep()
        finally:
            ended = self._clock()
            self._rests_until = ended + max(PAUSE_SECONDS, REST * (ended - began))

    def keep(self) -> Kept:
        """Write the list if the backlog says something else.

        What a person wrote into it is kept in `.autocoder/backups` and told to the log: it changes no card.
        Unavailable when the folder cannot be written, InvalidInput when a list that is to be taken over is none.
        """
        if self._folder.is_symlink():
            return "same"  # it would be written somewhere else
        try:
            return self._keep()
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be written ({error.strerror}): check its rights.") from error
        finally:
            self._stamp = _stamp(self._path)

    def restore(self) -> bool:
        """Take the list over where the database is new and has no card; whether it did. Errors as for `keep`."""
        with self._database.read() as session:
            if listing.had_cards(session):
                return False
        return self.keep() == "restored"

    def _keep(self) -> Kept:
        with self._database.read() as session:
            is_new = not listing.had_cards(session)
            wanted = "" if is_new else _digest(piece.encode() for piece in listing.feature_list(session))
        if is_new:
            found = self._path.read_bytes() if self._path.is_file() else b"[]"
            return "same" if found.strip() == b"[]" else self._restore(found)
        return "same" if self._digest() == wanted else self._replace()

    def _restore(self, found: bytes) -> Kept:
        """Take the list over into a database that has never had a card."""
        with self._database.write() as session:
            if listing.had_cards(session):
                return "same"
            try:
                import_feature_list(session, found.decode(), HARNESS)
            except UnicodeDecodeError as error:
                raise InvalidInput(f"{self._path} is no text: delete it, or restore it.") from error
            line = f"The backlog was empty: it was taken over from {LISTED}. What passed there is unproven."
            record(session, Log(line=line, level="warning"))
        return "restored"

    def _replace(self) -> Kept:
        """Write the list; the write lock of the database lets one process at a time do so."""
        self._folder.mkdir(exist_ok=True)
        draft = self._folder / f".{NAME}.new"
        with self._database.write() as session:
            if not listing.had_cards(session):
                return "same"  # begun anew meanwhile: the old cards are not to come back
            with draft.open("wb") as file:
                for piece in listing.feature_list(session):
                    file.write(piece.encode())
            written, found, known = _digest(_chunks(draft)), self._digest(), self._known()
            edited = found not in {None, written, *known}
            if edited:
                line = (
                    f"{LISTED} was changed by hand, which changes no card: it is written anew from the board. Edit "
                    f"cards on the board; what was written there is kept as {FOLDER}/{_BACKUPS}/{self._back_up()}."
                )
                record(session, Log(line=line, level="warning"))
            (self._folder / _WRITTEN).write_text("\n".join([*known[-1:], written, ""]), encoding="utf-8")
            draft.replace(self._path)
        return "reverted" if edited else "written"

    def _digest(self) -> str | None:
        """That of the file as it is; None without one."""
        return _digest(_chunks(self._path)) if self._path.is_file() else None

    def _known(self) -> list[str]:
        """The hashes of what was written last; a crash may have come between the note and the file."""
        try:
            return (self._folder / _WRITTEN).read_text(encoding="utf-8", errors="replace").split()[-2:]
        except FileNotFoundError:
            return []

    def _back_up(self) -> str:
        folder = self._folder / _BACKUPS
        folder.mkdir(exist_ok=True)
        name = f"{NAME}.{datetime.now(UTC).strftime('%Y%m%dT%H%M%S%fZ')}"
        shutil.copyfile(self._path, folder / name)
        return name


def _digest(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
