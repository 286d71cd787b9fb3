"""Accepted jobs on disk: an SQLite file and a folder of sounds. What is committed here is not lost by a crash."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from genrekit.errors import BAD_SETTING, KEY_REUSED, NOT_FOUND, ServiceError, SettingsError
from genrekit.service.spool import Upload
from genrekit.wire import ErrorDetail, JobFile, JobRecord, PredictionRecord

# `attempts` counts how often work on a file began: more than once only where a crash cut it short.
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, client TEXT NOT NULL, key TEXT, content TEXT NOT NULL, created REAL NOT NULL,
    expires REAL NOT NULL, timeline INTEGER NOT NULL, max_seconds REAL, cancelled INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS job_key ON job (client, key) WHERE key IS NOT NULL;
CREATE TABLE IF NOT EXISTS file (
    job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE, number INTEGER NOT NULL, name TEXT NOT NULL,
    stored TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, result BLOB,
    PRIMARY KEY (job, number)
);
CREATE INDEX IF NOT EXISTS file_state ON file (state);
"""
_CLAIM: Final = """
UPDATE file SET state = 'running', attempts = attempts + 1 WHERE rowid = (
    SELECT file.rowid FROM file JOIN job ON job.id = file.job
    WHERE state = 'queued' ORDER BY job.created, file.job, number LIMIT 1
) RETURNING job, number, stored
"""
_ADD_JOB: Final = """
INSERT INTO job (id, client, key, content, created, expires, timeline, max_seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADD_FILE: Final = "INSERT INTO file (job, number, name, stored, state) VALUES (?, ?, ?, ?, 'queued')"
_FORGET: Final = """
DELETE FROM job WHERE expires < ? AND NOT EXISTS (
    SELECT 1 FROM file WHERE job = job.id AND state IN ('queued', 'running')
)
"""


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What a job's client asked for."""

    client: str
    key: str | None
    timeline: bool
    max_seconds: float | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file whose turn it is."""

    job: str
    number: int
    path: Path
    max_seconds: float | None


class JobStore:
    """The store. One service owns it; all calls come from one thread."""

    def __init__(self, folder: Path, keep_seconds: float) -> None:
        """Open the store, and put back in the queue what was in work when the last owner ended.

        Raises:
            SettingsError: the folder cannot be used, or another service owns it.
        """
        self.folder = folder / "files"
        self._keep_seconds = keep_seconds
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(
                folder / "jobs.sqlite", isolation_level=None, timeout=1.0, check_same_thread=False
            )
            # Exclusive: a second service on the same folder is refused instead of repeating our work.
            for statement in (
                "locking_mode = EXCLUSIVE",
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
            ):
                self._db.execute(f"PRAGMA {statement}")
            self._db.executescript(_SCHEMA)
            self._db.execute("UPDATE file SET state = 'queued' WHERE state = 'running'")
        except (OSError, sqlite3.Error) as error:
            reason = f"cannot hold the jobs ({error}); is another service using it?"
            raise SettingsError(BAD_SETTING, f"state_dir {folder}", reason) from error
        self._remove_strangers()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def accept(self, uploads: Sequence[Upload], options: JobOptions) -> tuple[str, bool]:
        """Take a job. Its sounds already lie in `folder`.

        Returns:
            Its id, and whether it is new: the client may have sent the same content under the same key before.

        Raises:
            ServiceError: the key came before with another content.
        """
        content = " ".join([*(upload.sha256 for upload in uploads), str(options.timeline), str(options.max_seconds)])
        earlier = self._earlier(options, content)
        if earlier is not None:
            return earlier, False
        for upload in uploads:
            _sync(upload.path)
        job, now = secrets.token_urlsafe(16), time.time()
        who = (job, options.client, options.key)
        row = (*who, content, now, now + self._keep_seconds, options.timeline, options.max_seconds)
        files = [(job, number, upload.name, upload.path.name) for number, upload in enumerate(uploads)]
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(_ADD_JOB, row)
            self._db.executemany(_ADD_FILE, files)
        return job, True

    def claim(self) -> Claimed | None:
        """Begin the next file, if one waits."""
        row = self._db.execute(_CLAIM).fetchone()
        if row is None:
            return None
        job, number, stored = row
        (max_seconds,) = self._db.execute("SELECT max_seconds FROM job WHERE id = ?", (job,)).fetchone()
        return Claimed(job, number, self.folder / stored, max_seconds)

    def finish(self, claimed: Claimed, result: PredictionRecord | ErrorDetail) -> None:
        """Write the result of a begun file; the state and the result change together, or not at all."""
        state = "failed" if isinstance(result, ErrorDetail) else "done"
        self._db.execute(
            "UPDATE file SET state = ?, result = ? WHERE job = ? AND number = ? AND state = 'running'",
            (state, msgspec.json.encode(result), claimed.job, claimed.number),
        )
        claimed.path.unlink(missing_ok=True)

    def put_back(self, claimed: Claimed) -> None:
        """Return a begun file to the queue: the service stops before it is answered."""
        self._db.execute(
            "UPDATE file SET state = 'queued' WHERE job = ? AND number = ? AND state = 'running'",
            (claimed.job, claimed.number),
        )

    def cancel(self, job: str, client: str) -> JobRecord:
        """Take a job's waiting files out of the queue; what is in work is finished.

        Raises:
            ServiceError: this client has no such job.
        """
        self.read(job, client)
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE job SET cancelled = 1 WHERE id = ?", (job,))
            self._db.execute("UPDATE file SET state = 'cancelled' WHERE job = ? AND state = 'queued'", (job,))
        self._remove_files("SELECT stored FROM file WHERE job = ? AND state = 'cancelled'", (job,))
        return self.read(job, client)

    def read(self, job: str, client: str) -> JobRecord:
        """A job and the results it has so far.

        Raises:
            ServiceError: this client has no such job.
        """
        query = "SELECT created, expires, timeline, cancelled FROM job WHERE id = ? AND client = ?"
        row = self._db.execute(query, (job, client)).fetchone()
        if row is None:
            raise ServiceError(NOT_FOUND, "job", "there is none of this id; perhaps it has expired")
        created, expires, timeline, cancelled = row
        query = "SELECT name, state, result FROM file WHERE job = ? ORDER BY number"
        files = [_job_file(*file, timeline=bool(timeline)) for file in self._db.execute(query, (job,))]
        return JobRecord(job, _state_of(files, cancelled=bool(cancelled)), created, expires, files)

    def backlog(self) -> int:
        """Files that wait or run."""
        (number,) = self._db.execute("SELECT count(*) FROM file WHERE state IN ('queued', 'running')").fetchone()
        return int(number)

    def states(self) -> dict[str, float]:
        """Number of files by state."""
        counted = dict(self._db.execute("SELECT state, count(*) FROM file GROUP BY state"))
        return {state: float(counted.get(state, 0)) for state in ("queued", "running", "done", "failed", "cancelled")}

    def forget_expired(self) -> None:
        """Remove jobs whose time is over and of which nothing waits or runs."""
        self._db.execute(_FORGET, (time.time(),))

    def _earlier(self, options: JobOptions, content: str) -> str | None:
        if options.key is None:
            return None
        query = "SELECT id, content FROM job WHERE client = ? AND key = ?"
        row = self._db.execute(query, (options.client, options.key)).fetchone()
        if row is None:
            return None
        if row[1] != content:
            raise ServiceError(KEY_REUSED, "Idempotency-Key", "came before with another content")
        return str(row[0])

    def _remove_files(self, query: str, arguments: tuple[str, ...]) -> None:
        for (stored,) in self._db.execute(query, arguments):
            (self.folder / stored).unlink(missing_ok=True)

    def _remove_strangers(self) -> None:
        """Sounds of uploads that a crash cut short before they were accepted, or after they were answered."""
        query = "SELECT stored FROM file WHERE state = 'queued'"
        wanted = {stored for (stored,) in self._db.execute(query)}
        for path in self.folder.iterdir():
            if path.name not in wanted:
                path.unlink()


def _sync(path: Path) -> None:
    """Have a file on the disk itself: the row that names it will be."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _job_file(name: str, state: str, result: bytes | None, *, timeline: bool) -> JobFile:
    if result is None:
        return JobFile(name, state)  # type: ignore[arg-type]
    if state == "failed":
        return JobFile(name, "failed", error=msgspec.json.decode(result, type=ErrorDetail))
    record = msgspec.json.decode(result, type=PredictionRecord)
    shown = msgspec.structs.replace(record, path=name, clips=record.clips if timeline else None)
    return JobFile(name, "done", answer=shown)


def _state_of(files: Sequence[JobFile], *, cancelled: bool) -> Literal["queued", "running", "done", "cancelled"]:
    states = {file.state for file in files}
    if states <= {"done", "failed"}:
        return "done"
    if cancelled:
        return "running" if "running" in states else "cancelled"
    return "queued" if states == {"queued"} else "running"
