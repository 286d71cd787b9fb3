"""The manifest of a library: which files there are, what each is known by, and all answers ever given.

A SQLite file. An answer belongs to a content, an artifact and settings, not to a path: a renamed or newly tagged
file costs nothing, and another artifact does not mix with this one. Every answer is written as it comes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from genrekit import wire
from genrekit.collection.answering import Answer, Known, unreadable
from genrekit.collection.database import open_database
from genrekit.collection.places import Listed, Place, key_of, place_of
from genrekit.collection.rows import COLUMNS, FAILURE, JOINED, Row, read_row
from genrekit.errors import (
    DECODER_ENDED,
    TIME_LIMIT,
    AudioError,
    find_kind,
    printable,
)
from genrekit.values import Prediction

# What was found in a run is of use until its results are written; the answers stay.
_KEEP_RUN_SECONDS: Final = 7 * 86_400.0
_PAGE: Final = 512
# Failures of the process, not of the content: remembered by path until the file changes.
_REMEMBERED: Final = f"('{TIME_LIMIT.code}', '{DECODER_ENDED.code}')"
# No time or no size, as some storage has none: never the same.
_NOTE_FILE: Final = f"""
INSERT INTO file (path, size, mtime_ns) VALUES (:path, :size, :mtime_ns)
ON CONFLICT (path) DO UPDATE SET
    content = CASE WHEN size = :size AND mtime_ns = :mtime_ns THEN content END,
    code = CASE WHEN size = :size AND mtime_ns = :mtime_ns AND code IN {_REMEMBERED} THEN code END,
    size = :size, mtime_ns = :mtime_ns
"""  # noqa: S608 - constants


class Manifest:
    """A manifest open for a run; see `opened_manifest`."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database

    def begin_run(self) -> int:
        """The number of a new run; no other process gets the same."""
        old = time.time() - _KEEP_RUN_SECONDS
        self._execute("DELETE FROM found WHERE run IN (SELECT number FROM run WHERE started < :old)", old=old)
        self._execute("DELETE FROM run WHERE started < :old", old=old)
        number = self._database.execute("INSERT INTO run (started) VALUES (?)", [time.time()]).lastrowid
        return int(number or 0)

    def note_found(self, place: Path | Listed, run: int) -> None:
        """A file has been found. What was known of it is forgotten if it has another size or time now."""
        if isinstance(place, Listed):
            self._note_file(place.place, place.size, place.stamp, run)
            return
        try:
            status = place.stat()
        except OSError as error:
            # No process need try to read it.
            self.note_failed(place, unreadable(place, error), run)
            return
        self._note_file(place, status.st_size, status.st_mtime_ns, run)

    def _note_file(self, place: Place, size: int | None, mtime_ns: int | None, run: int) -> None:
        key = key_of(place)
        self._execute(_NOTE_FILE, path=key, size=size, mtime_ns=mtime_ns)
        self._note(key, place, run)

    def note_failed(self, place: Place, error: AudioError, run: int) -> None:
        """A folder that cannot be read, or has no audio, counts as one thing found and failed."""
        key = key_of(place)
        self._execute(
            "INSERT OR REPLACE INTO file (path, size, mtime_ns, code, reason) VALUES (:path, -1, -1, :code, :reason)",
            path=key,
            code=error.kind.code,
            reason=error.reason,
        )
        self._note(key, place, run)

    def _note(self, key: bytes, place: Place, run: int) -> None:
        values = {"run": run, "path": key, "shown": printable(str(place))}
        self._execute("INSERT OR IGNORE INTO found VALUES (:run, :path, :shown)", **values)

    def forget_failures(self, run: int, key: str) -> None:
        """Forget why things found in this run could not be answered, so that they are tried again."""
        self._execute(
            "DELETE FROM answer WHERE key = :key AND record IS NULL AND content IN"
            " (SELECT content FROM file JOIN found ON found.path = file.path WHERE found.run = :run)",
            key=key,
            run=run,
        )
        self._execute(
            "UPDATE file SET code = NULL WHERE size >= 0 AND path IN (SELECT path FROM found WHERE run = :run)", run=run
        )

    def count(self, run: int) -> int:
        """How many things were found in a run."""
        [(count,)] = self._database.execute("SELECT count(*) FROM found WHERE run = ?", [run])
        return int(count)

    def mark_pending(self, run: int, key: str) -> int:
        """Settle which files have neither answer nor failure now; returns how many."""
        self._execute("DELETE FROM pending")
        without = "coalesce(answer.record, answer.code, file.code) IS NULL"
        self._execute(f"INSERT INTO pending SELECT found.path {JOINED} AND {without}", run=run, key=key)
        [(count,)] = self._database.execute("SELECT count(*) FROM pending")
        return int(count)

    def pending(self) -> Iterator[Place]:
        """The files of the last `mark_pending`, in order of path."""
        last = b""
        statement = f"SELECT path FROM pending WHERE path > ? ORDER BY path LIMIT {_PAGE}"  # noqa: S608 - constants
        while page := self._database.execute(statement, [last]).fetchall():
            yield from (place_of(path) for (path,) in page)
            last = page[-1][0]

    def settled(self, run: int, key: str) -> Iterator[tuple[Place, AudioError | None]]:
        """What was found in a run and needs no answer: its failure, or None where it has an answer."""
        known = "coalesce(answer.record, answer.code, file.code) IS NOT NULL"
        for path, shown, code, reason in self._paged(f"found.path, found.shown, {FAILURE}", known, run, key):
            yield place_of(path), None if code is None else AudioError(find_kind(code), shown, reason)

    def rows(self, run: int, key: str) -> Iterator[Row]:
        """All that was found in a run, in order of path, with what is known; memory does not grow with it."""
        return map(read_row, self._paged(COLUMNS, "TRUE", run, key))

    def row(self, place: Place, run: int, key: str) -> Row:
        """What is known of one file that was found in a run."""
        statement = f"SELECT {COLUMNS} {JOINED} AND found.path = :path"
        return read_row(self._database.execute(statement, {"run": run, "key": key, "path": key_of(place)}).fetchone())

    def _paged(self, columns: str, condition: str, run: int, key: str) -> Iterator[tuple[Any, ...]]:
        """Rows whose first column is the path; what is written meanwhile does not disturb."""
        statement = f"SELECT {columns} {JOINED} AND {condition} AND found.path > :last"
        values = {"run": run, "key": key, "last": b""}
        while page := self._database.execute(f"{statement} ORDER BY found.path LIMIT {_PAGE}", values).fetchall():
            yield from page
            values["last"] = page[-1][0]

    def store(self, place: Place, answer: Answer, key: str) -> None:
        """What came of a file."""
        failure = answer.result if isinstance(answer.result, AudioError) else None
        belongs_to_path = failure is not None and answer.content is None
        self._execute(
            """
            UPDATE file SET content = :content, tagged = :tagged, code = :code, reason = :reason,
                size = coalesce(:size, size), mtime_ns = coalesce(:mtime_ns, mtime_ns)
            WHERE path = :path
            """,
            path=key_of(place),
            content=answer.content,
            tagged=msgspec.json.encode(answer.tagged).decode(),
            code=failure.kind.code if failure and belongs_to_path else None,
            reason=failure.reason if failure and belongs_to_path else None,
            size=answer.size if answer.content else None,
            mtime_ns=answer.mtime_ns if answer.content else None,
        )
        if answer.content is not None and not isinstance(answer.result, Known):
            self._execute(
                "INSERT OR REPLACE INTO answer VALUES (:content, :key, :record, :code, :reason)",
                content=answer.content,
                key=key,
                record=_encoded(answer.result),
                code=failure.kind.code if failure else None,
                reason=failure.reason if failure else None,
            )

    def failure(self, place: Place, content: str, key: str) -> AudioError | None:
        """Why a content could not be answered before, told of this path; None if it was answered."""
        found = self._database.execute("SELECT code, reason FROM answer WHERE content = ? AND key = ?", [content, key])
        code, reason = found.fetchone() or (None, "")
        return None if code is None else AudioError(find_kind(code), str(place), str(reason))

    @contextmanager
    def together(self) -> Iterator[None]:
        """All or nothing, and much faster than one by one."""
        self._database.execute("BEGIN")
        try:
            yield
        finally:
            # What was found before an interruption is as true as ever.
            self._database.execute("COMMIT")

    def _execute(self, statement: str, **values: Any) -> None:
        self._database.execute(statement, values)


@contextmanager
def opened_manifest(path: Path) -> Iterator[Manifest]:
    """A manifest that is closed in the end; an empty one is made where there is none.

    Raises:
        SettingsError: the file is no manifest, or cannot be opened.
    """
    with closing(open_database(path)) as database:
        yield Manifest(path, database)


def make_lookup(path: Path, key: str) -> Callable[[str], bool]:
    """What tells, in a worker process, whether a content has an answer already."""
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=60, isolation_level=None)

    def is_known(content: str) -> bool:
        found = database.execute("SELECT 1 FROM answer WHERE content = ? AND key = ?", [content, key])
        return found.fetchone() is not None

    return is_known


def _encoded(result: Prediction | Known | AudioError) -> bytes | None:
    if not isinstance(result, Prediction):
        return None
    return wire.encode(wire.prediction_record("", result, timeline=True)).encode()
