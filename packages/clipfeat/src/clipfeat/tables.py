"""Rows of features as CSV, Parquet or npz."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from clipfeat.batch import Extracted
from clipfeat.errors import ConfigError

__all__ = ["WRITERS", "Table", "check_format", "printable", "write_csv", "write_table"]


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """One row a clip: paths, starts [s] and lengths of the file [s] (n,), values float64 (n, n_columns)."""

    columns: tuple[str, ...]
    fingerprint: str
    paths: list[str]
    starts: NDArray[np.float64]
    seconds: NDArray[np.float64]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, files: Sequence[Extracted], columns: tuple[str, ...], fingerprint: str) -> "Table":
        """All rows of all files, in order."""
        counts = [len(file.starts) for file in files]
        return cls(
            columns,
            fingerprint,
            [printable(file.name) for file, count in zip(files, counts, strict=True) for _ in range(count)],
            np.concatenate([np.empty(0), *(file.starts for file in files)]),
            np.repeat([file.seconds for file in files], counts) if files else np.empty(0),
            np.concatenate([np.empty((0, len(columns))), *(file.values for file in files)]),
        )


def printable(path: str) -> str:
    """The path with bytes that are no text written out, so that any table can hold it."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def write_csv(table: Table, file: TextIO, *, header: bool = True) -> None:
    """path, start, seconds, then the features; numbers so that they are read back exactly."""
    writer = csv.writer(file, lineterminator="\n")
    if header:
        writer.writerow(["path", "start", "seconds", *table.columns])
    for path, start, seconds, values in zip(table.paths, table.starts, table.seconds, table.values, strict=True):
        writer.writerow([path, float(start), float(seconds), *values.tolist()])


def _to_csv(table: Table, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        write_csv(table, file)


def _to_npz(table: Table, path: Path) -> None:
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            path=np.array(table.paths, dtype=np.str_),
            start=table.starts,
            seconds=table.seconds,
            features=table.values,
            columns=np.array(table.columns),
            fingerprint=np.array(table.fingerprint),
        )


def _to_parquet(table: Table, path: Path) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  (an extra)
    from pyarrow import parquet  # noqa: PLC0415

    arrays = {"path": table.paths, "start": table.starts, "seconds": table.seconds}
    arrays |= {name: table.values[:, index] for index, name in enumerate(table.columns)}
    arrow = pa.table(arrays).replace_schema_metadata({"clipfeat_fingerprint": table.fingerprint})
    parquet.write_table(arrow, path)


WRITERS: dict[str, Callable[[Table, Path], None]] = {".csv": _to_csv, ".npz": _to_npz, ".parquet": _to_parquet}
"""Ending of a file name to its writer."""


def check_format(path: Path) -> None:
    """Raise ConfigError if the ending is unknown or its writer is not installed."""
    if path.suffix not in WRITERS:
        known = ", ".join(WRITERS)
        raise ConfigError(f"{path}: the ending must be one of {known}")
    if path.suffix == ".parquet":
        try:
            import pyarrow.parquet  # type: ignore[import-untyped]  # noqa: F401, PLC0415
        except ImportError as error:
            raise ConfigError(f"{path}: Parquet needs pyarrow: pip install 'clipfeat[parquet]'") from error


def write_table(table: Table, path: Path) -> None:
    """Write beside and rename: a reader never sees half a table."""
    beside = path.with_name(path.name + ".tmp")
    WRITERS[path.suffix](table, beside)
    beside.replace(path)
