"""Results of a scan as files: JSON lines, CSV or Parquet, written beside and renamed when whole."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from genrekit import wire
from genrekit.collection.places import Place, Url
from genrekit.collection.rows import Row
from genrekit.errors import BAD_SETTING, DECODER_ENDED, AudioError, MissingExtraError, SettingsError
from genrekit.values import Prediction

_BATCH: Final = 4096
_DIGITS: Final = 6
_COLUMNS: Final = ("path", "genre", "unsure", "probability", "duration", "tagged", "code", "message")


def write_results(path: Path, rows: Iterable[Row], genres: Sequence[str]) -> int:
    """Write results in the format that the extension names; memory does not grow with them.

    Args:
        path: ends in ``.jsonl``, ``.csv`` or ``.parquet``; a file already there is replaced when the new one is whole.
        rows: of a scan.
        genres: columns of probabilities, for formats with columns.

    Returns:
        How many rows were written.

    Raises:
        SettingsError: the extension is none of these, or the file cannot be written.
        MissingExtraError: Parquet is asked for and its library is not installed.
    """
    write = check_format(path)
    counted = _Counted(rows)
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(beside, counted, genres)
        beside.replace(path)
    except OSError as error:
        raise SettingsError(BAD_SETTING, str(path), f"cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            beside.unlink()
    return counted.count


def is_folder_of_parts(place: Place) -> bool:
    """Whether results go into a folder of Parquet parts: an address, a folder, or a name without an extension."""
    return isinstance(place, Url) or not place.suffix or place.is_dir()


def check_results(place: Place) -> None:
    """Tell before hours of work, not after, what makes it impossible to write results there.

    Raises:
        SettingsError: the extension is of no known format.
        MissingExtraError: its library is not installed.
    """
    if isinstance(place, Url) or is_folder_of_parts(place):
        load_parquet()
    else:
        check_format(place)


def check_format(path: Path) -> Callable[[Path, Iterable[Row], Sequence[str]], None]:
    """What writes the format that the extension names.

    Raises:
        SettingsError: the extension is of no known format.
        MissingExtraError: its library is not installed.
    """
    try:
        write = _WRITERS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(_WRITERS)
        raise SettingsError(BAD_SETTING, str(path), f"must end in one of {known}") from None
    if write is _write_parquet:
        load_parquet()
    return write


def as_record(row: Row) -> wire.PredictionRecord | wire.ErrorRecord:
    """A row in the form of ``--json``."""
    if isinstance(row.result, Prediction):
        return wire.prediction_record(row.shown, row.result)
    return wire.error_record(row.shown, _failure(row))


def as_columns(row: Row, genres: Sequence[str]) -> dict[str, Any]:
    """A row as one flat line: what is known of the answer or the failure, then the probability of each genre."""
    result = row.result
    tagged = "; ".join(row.tagged)
    if not isinstance(result, Prediction):
        failure = _failure(row)
        empty = dict.fromkeys([*_COLUMNS, *genres])
        return empty | {"path": row.shown, "tagged": tagged, "code": failure.kind.code, "message": str(failure)}
    return {
        "path": row.shown,
        "genre": result.genre,
        "unsure": result.unsure,
        "probability": result.proba[result.genre],
        "duration": round(result.duration, _DIGITS),
        "tagged": tagged,
        "code": None,
        "message": None,
        **{genre: result.proba.get(genre) for genre in genres},
    }


class _Counted:
    """Passes rows on and counts them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def _failure(row: Row) -> AudioError:
    if isinstance(row.result, AudioError):
        return row.result
    return AudioError(DECODER_ENDED, row.shown, "was not reached before the scan ended")


def _write_jsonl(path: Path, rows: Iterable[Row], _genres: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(wire.encode(as_record(row)) + "\n")


def _write_csv(path: Path, rows: Iterable[Row], genres: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*_COLUMNS, *genres])
        writer.writeheader()
        for row in rows:
            writer.writerow(as_columns(row, genres))


def _write_parquet(path: Path, rows: Iterable[Row], genres: Sequence[str]) -> None:
    arrow, parquet = load_parquet()
    schema = parquet_schema(genres)
    iterator = iter(rows)
    with parquet.ParquetWriter(os.fspath(path), schema) as writer:
        while batch := [as_columns(row, genres) for row in islice(iterator, _BATCH)]:
            writer.write_table(arrow.Table.from_pylist(batch, schema))


def parquet_schema(genres: Sequence[str]) -> Any:
    """Names and types of the columns of `as_columns`."""
    arrow, _ = load_parquet()
    texts = [(name, arrow.string()) for name in ("path", "genre")]
    numbers = [("unsure", arrow.bool_()), ("probability", arrow.float64()), ("duration", arrow.float64())]
    ends = [(name, arrow.string()) for name in ("tagged", "code", "message")]
    return arrow.schema(texts + numbers + ends + [(genre, arrow.float32()) for genre in genres])


def load_parquet() -> tuple[Any, Any]:
    """The library for Parquet: pyarrow and pyarrow.parquet.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("parquet", "writing Parquet") from error


_WRITERS: Final[Mapping[str, Callable[[Path, Iterable[Row], Sequence[str]], None]]] = MappingProxyType(
    {".jsonl": _write_jsonl, ".csv": _write_csv, ".parquet": _write_parquet}
)
