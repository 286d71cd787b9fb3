"""Tables on disk."""

import csv
from pathlib import Path

import numpy as np
import pytest

from clipfeat import ConfigError, Extracted
from clipfeat.tables import WRITERS, Table, check_format, printable, write_table

COLUMNS = ("one", "two")
FILES = [
    Extracted("a.wav", 2.5, np.array([0.0, 1.0]), np.array([[0.1, 1 / 3], [1e-300, -2]]), ()),
    Extracted('b,"c".wav', 1.0, np.array([0.0]), np.array([[5, 6]]), ()),
]
TABLE = Table.of(FILES, COLUMNS, "abc")


def test_one_row_a_clip() -> None:
    assert TABLE.paths == ["a.wav", "a.wav", 'b,"c".wav']
    assert TABLE.seconds.tolist() == [2.5, 2.5, 1.0]
    assert TABLE.starts.tolist() == [0.0, 1.0, 0.0]
    assert TABLE.values.shape == (3, 2)


def test_no_files_make_an_empty_table() -> None:
    empty = Table.of([], COLUMNS, "abc")
    assert (empty.paths, empty.values.shape, empty.seconds.shape) == ([], (0, 2), (0,))


def test_csv_is_read_back_exactly(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["path", "start", "seconds", *COLUMNS]
    assert [[float(row[name]) for name in COLUMNS] for row in rows] == TABLE.values.tolist()
    assert rows[2]["path"] == 'b,"c".wav'


def test_npz_is_read_back_without_pickle(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["features"], TABLE.values)
        assert file["columns"].tolist() == list(COLUMNS)
        assert file["path"].tolist() == TABLE.paths
        assert str(file["fingerprint"]) == "abc"


def test_parquet_is_read_back_with_its_fingerprint(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    write_table(TABLE, tmp_path / "t.parquet")
    table = parquet.read_table(tmp_path / "t.parquet")
    assert table.column_names == ["path", "start", "seconds", *COLUMNS]
    assert table["two"].to_pylist() == TABLE.values[:, 1].tolist()
    assert table.schema.metadata[b"clipfeat_fingerprint"] == b"abc"


def test_names_that_are_no_text_are_written_out() -> None:
    assert printable("caf\udce9.wav") == "caf\\udce9.wav"
    assert printable("café.wav") == "café.wav"


def test_an_unknown_ending_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"one of \.csv, \.npz, \.parquet"):
        check_format(Path("t.xlsx"))


def test_a_failed_write_leaves_the_old_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(table: Table, path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    (tmp_path / "t.csv").write_text("old")
    monkeypatch.setitem(WRITERS, ".csv", failing)
    with pytest.raises(OSError, match="disk full"):
        write_table(TABLE, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "old"
