"""Results as a folder of Parquet parts, written while a scan runs: one data set for whatever reads such folders.

The folder itself is the memory. Every row carries what it is known by; when the folder is opened again, rows that the
manifest does not say any more are taken out, and those that it says and the folder lacks are added. A run that was
killed at any moment therefore leaves whole parts, and the next one leaves no row twice and none out.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from genrekit.collection.manifest import Manifest
from genrekit.collection.places import Place, key_of
from genrekit.collection.results import as_columns, load_parquet, parquet_schema
from genrekit.collection.rows import Row
from genrekit.collection.scan import Run
from genrekit.collection.stores import Store, open_store
from genrekit.errors import BAD_SETTING, AudioError, SettingsError

ROW_ID: Final = "row_id"
PART_ROWS: Final = 4096
_PREFIX, _SUFFIX = "part-", ".parquet"


@contextmanager
def opened_parts(
    place: Place, manifest: Manifest, run: Run, genres: Sequence[str], part_rows: int = PART_ROWS
) -> Iterator[Parts]:
    """The results of a run in a folder of parts, brought up to what the manifest says now.

    Args:
        place: the folder, here or elsewhere; is made where there is none.
        manifest: of the run.
        run: what was found in it is what the folder holds in the end.
        genres: columns of probabilities.
        part_rows: how many rows make a part.

    Raises:
        SettingsError: a part is none of genrekit, or the folder cannot be read or written.
        MissingExtraError: the library for Parquet, or for addresses, is not installed.
    """
    try:
        # A file that SQLite deletes: a set of all rows would grow with the library.
        with closing(sqlite3.connect("", isolation_level=None)) as index:
            parts = Parts(open_store(place), index, manifest, run, tuple(genres), part_rows)
            parts.reconcile()
            try:
                yield parts
            finally:
                parts.flush()
    except OSError as error:
        raise SettingsError(BAD_SETTING, str(place), f"cannot be written: {error.strerror or error}") from error


@dataclass(slots=True)
class Parts:
    """An open folder of parts; see `opened_parts`."""

    store: Store
    index: sqlite3.Connection
    manifest: Manifest
    run: Run
    genres: tuple[str, ...]
    part_rows: int
    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _written: int = 0

    def reconcile(self) -> None:
        """Take out what does not hold any more, then add what is missing."""
        self.index.execute("CREATE TABLE row (id TEXT PRIMARY KEY, part TEXT, holds INTEGER DEFAULT 0) WITHOUT ROWID")
        sizes = {name: self._read_index(name) for name in self.store.names() if _is_part(name)}
        if sizes:
            self._settle(sizes)
        for row in self.manifest.rows(self.run.number, self.run.key):
            self._add(row)

    def add(self, place: Place) -> None:
        """A file has been answered, or has failed; its row goes into the next part."""
        self._add(self.manifest.row(place, self.run.number, self.run.key))

    def flush(self) -> None:
        """Write what waits, as a part of its own."""
        if self._waiting:
            name = f"{_PREFIX}{self.run.number:06}-{self._written:06}-{uuid.uuid4().hex[:8]}{_SUFFIX}"
            self._write(name, self._waiting)
            self._written += 1
            self._waiting = []

    def _add(self, row: Row) -> None:
        if row.result is None:
            return
        identity = row_id(row, self.run.key)
        new = self.index.execute("INSERT OR IGNORE INTO row (id) VALUES (?)", [identity]).rowcount
        if new:
            self._waiting.append(as_columns(row, self.genres) | {ROW_ID: identity})
        if len(self._waiting) >= self.part_rows:
            self.flush()

    def _read_index(self, name: str) -> int:
        """Note the rows of a part; returns how many there are."""
        arrow, parquet = load_parquet()
        try:
            with arrow.BufferReader(self.store.read(name)) as data:
                found = parquet.read_table(data, columns=[ROW_ID])[ROW_ID].to_pylist()
        except (arrow.ArrowException, KeyError) as error:
            raise SettingsError(BAD_SETTING, name, f"is no part of genrekit's results: {error}") from error
        # A row that is in another part already stays noted there, and is taken out of this one.
        with self._together():
            self.index.executemany("INSERT OR IGNORE INTO row (id, part) VALUES (?, ?)", [(row, name) for row in found])
        return len(found)

    def _settle(self, sizes: dict[str, int]) -> None:
        """Leave in each part what holds."""
        with self._together():
            for row in self.manifest.rows(self.run.number, self.run.key):
                if row.result is not None:
                    self.index.execute("UPDATE row SET holds = 1 WHERE id = ?", [row_id(row, self.run.key)])
            self.index.execute("DELETE FROM row WHERE NOT holds")
        for name, size in sizes.items():
            kept = {identity for (identity,) in self.index.execute("SELECT id FROM row WHERE part = ?", [name])}
            if not kept:
                self.store.remove(name)
            elif len(kept) < size:
                self._keep(name, kept)

    def _keep(self, name: str, kept: set[str]) -> None:
        arrow, parquet = load_parquet()
        with arrow.BufferReader(self.store.read(name)) as data:
            rows = parquet.read_table(data).to_pylist()
        first = {row[ROW_ID]: row for row in reversed(rows) if row[ROW_ID] in kept}
        self._write(name, list(first.values()))

    def _write(self, name: str, rows: list[dict[str, Any]]) -> None:
        arrow, parquet = load_parquet()
        schema = parquet_schema(self.genres).append(arrow.field(ROW_ID, arrow.string()))
        sink = arrow.BufferOutputStream()
        parquet.write_table(arrow.Table.from_pylist(rows, schema), sink)
        self.store.write(name, sink.getvalue().to_pybytes())

    @contextmanager
    def _together(self) -> Iterator[None]:
        self.index.execute("BEGIN")
        yield
        self.index.execute("COMMIT")


def row_id(row: Row, key: str) -> str:
    """What a row is known by: another one when the file's name, tags or content, or what came of it, is another.

    Args:
        row: of the manifest, with an answer or a failure.
        key: of the artifact and the settings that answered.
    """
    failure = (row.result.kind.code, row.result.reason) if isinstance(row.result, AudioError) else ()
    said = repr((key_of(row.place), row.shown, row.tagged, row.content, key, failure))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _is_part(name: str) -> bool:
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)
