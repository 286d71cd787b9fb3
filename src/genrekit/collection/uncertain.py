"""The least certain answers of a library, from its manifest: what is most worth a person's look."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from typing import Final

import msgspec

from genrekit import wire
from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.values import Prediction

_QUERY: Final = """
SELECT file.path, answer.record FROM file JOIN answer ON answer.content = file.content
WHERE answer.key LIKE ? || ':%' AND answer.record IS NOT NULL GROUP BY file.path
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer that a scan wrote down: the file, and what was said of it."""

    path: Path
    answer: Prediction


class _Sureness(msgspec.Struct):
    """As much of a record as the order needs; the rest is not decoded."""

    proba: dict[str, float]


def least_certain(manifest: Path, artifact_id: str, count: int) -> list[Remembered]:
    """The answers of one artifact with the lowest top probability, the lowest first.

    Args:
        manifest: of `genrekit scan`; it is only read.
        artifact_id: whose answers.
        count: how many at most; memory does not grow with the library.

    Raises:
        SettingsError: there is no manifest here, or it cannot be read.
    """
    with closing(_opened(manifest)) as database:
        rows = _answers(manifest, database, artifact_id)
        chosen = nsmallest(count, rows, key=lambda row: (_sureness(row[1]), row[0]))
    return [Remembered(Path(os.fsdecode(path)), _answer(record)) for path, record in chosen]


def remembered(manifest: Path, artifact_id: str, paths: frozenset[Path]) -> Iterator[Remembered]:
    """The answers of one artifact to these files.

    Raises:
        SettingsError: as for `least_certain`.
    """
    with closing(_opened(manifest)) as database:
        for encoded, record in _answers(manifest, database, artifact_id):
            path = Path(os.fsdecode(encoded))
            if path in paths:
                yield Remembered(path, _answer(record))


def _opened(manifest: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{manifest.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    except sqlite3.Error as error:
        raise SettingsError(BAD_SETTING, str(manifest), f"cannot be read as a manifest: {error}") from error


def _answers(manifest: Path, database: sqlite3.Connection, artifact_id: str) -> Iterator[tuple[bytes, bytes]]:
    try:
        yield from database.execute(_QUERY, [artifact_id])
    except sqlite3.Error as error:
        raise SettingsError(BAD_SETTING, str(manifest), f"cannot be read as a manifest: {error}") from error


def _sureness(record: bytes) -> float:
    return max(msgspec.json.decode(record, type=_Sureness).proba.values())


def _answer(record: bytes) -> Prediction:
    return wire.to_prediction(msgspec.json.decode(record, type=wire.PredictionRecord))
