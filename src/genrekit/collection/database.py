"""The SQLite file under a manifest: its tables, its version, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from genrekit.errors import BAD_SETTING, SettingsError

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (number INTEGER PRIMARY KEY AUTOINCREMENT, started REAL NOT NULL);
CREATE TABLE IF NOT EXISTS found (
    run INTEGER, path BLOB,     -- absolute, in the bytes of the file system
    shown TEXT NOT NULL,        -- as the user wrote it
    PRIMARY KEY (run, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    path BLOB PRIMARY KEY,
    size INTEGER, mtime_ns INTEGER,
    content TEXT,               -- NULL as long as it is not known
    tagged TEXT NOT NULL DEFAULT '[]',
    code TEXT, reason TEXT      -- of a failure that belongs to the path, not to the content
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (
    content TEXT, key TEXT,
    record BLOB,                -- NULL for a failure
    code TEXT, reason TEXT,
    PRIMARY KEY (content, key)
) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS pending (path BLOB PRIMARY KEY) WITHOUT ROWID;
"""


def open_database(path: Path) -> sqlite3.Connection:
    """The database, for the caller to close; its tables are made where there is none.

    Raises:
        SettingsError: the file is no manifest, or cannot be opened.
    """
    database = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A connection that commits by itself: each answer is kept as it comes.
        database = sqlite3.connect(path, isolation_level=None, timeout=60)
        # A killed process loses nothing; only a power cut may cost the last answers.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        _check_version(path, database)
        database.executescript(_SCHEMA)
    except BaseException as error:
        if database is not None:
            database.close()
        if isinstance(error, (sqlite3.Error, OSError)):
            raise SettingsError(BAD_SETTING, str(path), f"cannot be used as a manifest: {error}") from error
        raise
    return database


def _check_version(path: Path, database: sqlite3.Connection) -> None:
    [(version,)] = database.execute("PRAGMA user_version")
    [(tables,)] = database.execute("SELECT count(*) FROM sqlite_master")
    if version not in (0, _VERSION) or (version == 0 and tables):
        reason = f"is a database of version {version}, not a manifest of version {_VERSION}"
        raise SettingsError(BAD_SETTING, str(path), reason)
    database.execute(f"PRAGMA user_version = {_VERSION}")
