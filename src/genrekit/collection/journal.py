"""The journal of changes to tags: written before each change, and enough to take it back byte by byte.

One JSON object a line; the first says what the file is. A line is on the disk before the file it speaks of is
replaced. So a process that is killed leaves at most a line of a change that was not made, or half a line.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from genrekit.collection.delta import apply_delta, make_delta
from genrekit.collection.replacement import replace_file
from genrekit.errors import JOURNAL_INVALID, NOT_UNDONE, TagError

_VERSION: Final = 1
_HEADER: Final = {"genrekit_journal": _VERSION}
_BLOCK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one file.

    Attributes:
        path: of the file, absolute.
        before: SHA-256 [hex] of the whole file before.
        after: SHA-256 [hex] of the whole file after.
        mtime_ns: time of modification before [ns].
        old_genres: what the tags said.
        new_genres: what they say now.
        delta: how to get the old bytes from the new ones.
    """

    path: Path
    before: str
    after: str
    mtime_ns: int
    old_genres: tuple[str, ...]
    new_genres: tuple[str, ...]
    delta: bytes

    @classmethod
    def of(
        cls, path: Path, old: BinaryIO, new: BinaryIO, old_genres: tuple[str, ...], new_genres: tuple[str, ...]
    ) -> Self:
        """The change from one file to the other."""
        mtime_ns = os.fstat(old.fileno()).st_mtime_ns
        delta = make_delta(old, new)
        return cls(path.absolute(), digest(old), digest(new), mtime_ns, old_genres, new_genres, delta)


class Journal:
    """A journal open for writing; see `opened_journal`."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def begin(self) -> None:
        """Write the first line, or close a line that a killed process left half written.

        Raises:
            OSError: it could not be written.
        """
        self._write("" if self._file.seek(0, 2) else json.dumps(_HEADER))

    def add(self, entry: Entry) -> None:
        """Write an entry; it has reached the disk when this returns.

        Raises:
            OSError: it could not be written; then the change must not be made.
        """
        self._write(json.dumps(_to_json(entry)))

    def _write(self, line: str) -> None:
        data = memoryview(line.encode("ascii") + b"\n")
        start = self._file.seek(0, 2)
        try:
            while data:
                # Unbuffered: on a full disk a part may be written.
                data = data[self._file.write(data) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(start)
            raise


@contextmanager
def opened_journal(path: Path) -> Iterator[Journal]:
    """A journal that is closed in the end. A file that is there already is continued.

    Raises:
        TagError: the file that is there is no journal.
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size:
        read_journal(path)
    with path.open("ab", buffering=0) as file:
        journal = Journal(file)
        journal.begin()
        yield journal


def read_journal(path: Path) -> list[Entry]:
    """All entries that are whole, oldest first.

    Raises:
        TagError: this is no journal.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise TagError(JOURNAL_INVALID, str(path), f"cannot be read: {error.strerror}") from error
    if not lines or _parsed(lines[0]) != _HEADER:
        raise TagError(JOURNAL_INVALID, str(path), f"does not begin as a journal of version {_VERSION} does")
    entries = (_from_json(_parsed(line)) for line in lines[1:])
    return [entry for entry in entries if entry is not None]


def undo(entry: Entry) -> bool:
    """Give a file its old bytes and time of modification back.

    Returns:
        Whether there was something to do; False if the file is already as it was before.

    Raises:
        TagError: the file is neither as before nor as after the change, or cannot be written.
    """
    try:
        with entry.path.open("rb") as file:
            now = digest(file)
    except OSError as error:
        raise TagError(NOT_UNDONE, str(entry.path), f"cannot be read: {error.strerror}") from error
    if now == entry.before:
        return False
    if now != entry.after:
        raise TagError(NOT_UNDONE, str(entry.path), "has been changed since by another program")
    replace_file(entry.path, _restore(entry), _check_restored(entry), mtime_ns=entry.mtime_ns)
    return True


def digest(file: BinaryIO) -> str:
    """SHA-256 of a whole file [hex]."""
    file.seek(0)
    hashed = hashlib.sha256()
    while block := file.read(_BLOCK):
        hashed.update(block)
    return hashed.hexdigest()


def _restore(entry: Entry) -> Any:
    def make(new: BinaryIO, old: BinaryIO) -> None:
        try:
            apply_delta(entry.delta, new, old)
        except ValueError as error:
            raise TagError(NOT_UNDONE, str(entry.path), str(error)) from error

    return make


def _check_restored(entry: Entry) -> Any:
    def approve(_new: BinaryIO, restored: BinaryIO) -> None:
        if digest(restored) != entry.before:
            raise TagError(NOT_UNDONE, str(entry.path), "the journal does not give the old bytes back")

    return approve


def _to_json(entry: Entry) -> dict[str, Any]:
    return {
        # Bytes of a name that are no UTF-8 are written as JSON's escapes of lone surrogates, and read back so.
        "path": str(entry.path),
        "before": entry.before,
        "after": entry.after,
        "mtime_ns": entry.mtime_ns,
        "old_genres": entry.old_genres,
        "new_genres": entry.new_genres,
        "delta": base64.b64encode(entry.delta).decode(),
    }


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _from_json(value: Any) -> Entry | None:
    """An entry; None for half a line, whose change was not made."""
    try:
        return Entry(
            Path(value["path"]),
            value["before"],
            value["after"],
            value["mtime_ns"],
            tuple(value["old_genres"]),
            tuple(value["new_genres"]),
            base64.b64decode(value["delta"], validate=True),
        )
    except (TypeError, KeyError, binascii.Error):
        return None
