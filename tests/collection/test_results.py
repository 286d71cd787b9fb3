import csv
import json
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from genrekit.collection.places import Url
from genrekit.collection.results import as_columns, check_format, check_results, is_folder_of_parts, write_results
from genrekit.collection.rows import Row
from genrekit.errors import SILENT, AudioError, MissingExtraError, SettingsError
from genrekit.values import Prediction

GENRES = ("jazz", "rock")


@pytest.fixture
def rows(tmp_path):
    answer = Prediction("jazz", False, {"jazz": 0.75, "rock": 0.25}, (), 3.0, "id")
    failure = AudioError(SILENT, "b.mp3", "is silent")
    return [
        Row(tmp_path / "a.mp3", "a.mp3", ("Swing", "Bop"), answer),
        Row(tmp_path / "b.mp3", "b.mp3", (), failure),
        Row(tmp_path / "c.mp3", "c.mp3", (), None),
    ]


def test_lines_of_json_are_those_of_the_command_line(tmp_path, rows):
    assert write_results(tmp_path / "r.jsonl", rows, GENRES) == 3
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert lines[0]["genre"] == "jazz"
    assert [line["error"]["code"] for line in lines[1:]] == ["GK107", "GK115"]


def test_csv_and_parquet_say_the_same(tmp_path, rows):
    for name in ("r.csv", "r.parquet"):
        assert write_results(tmp_path / name, rows, GENRES) == 3
    with (tmp_path / "r.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    table = pyarrow.parquet.read_table(tmp_path / "r.parquet").to_pylist()
    assert list(table[0]) == list(lines[0])
    assert [line["path"] for line in lines] == [row["path"] for row in table] == ["a.mp3", "b.mp3", "c.mp3"]
    assert (table[0]["tagged"], table[0]["jazz"], table[0]["unsure"]) == ("Swing; Bop", 0.75, False)
    assert (table[1]["genre"], table[1]["code"]) == (None, "GK107")


def test_a_flat_row_has_the_same_columns_for_answers_and_failures(rows):
    assert len({tuple(sorted(as_columns(row, GENRES))) for row in rows}) == 1


def test_an_unknown_extension_is_told_before_the_work():
    with pytest.raises(SettingsError, match=r"results\.xls: must end in one of \.jsonl, \.csv, \.parquet"):
        check_format(Path("results.xls"))


def test_parquet_without_its_library_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="parquet"):
        check_format(tmp_path / "r.parquet")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, rows):
    (tmp_path / "r.csv").write_text("old")

    def breaking():
        yield rows[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(SettingsError, match="No space left"):
        write_results(tmp_path / "r.csv", breaking(), GENRES)
    assert (tmp_path / "r.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]


def test_a_name_without_extension_a_folder_and_an_address_mean_parts(tmp_path):
    (tmp_path / "v1.0").mkdir()
    assert [is_folder_of_parts(place) for place in (Path("results"), tmp_path / "v1.0", Url("s3://b/r.csv"))] == [
        True
    ] * 3
    assert [is_folder_of_parts(Path(name)) for name in ("r.csv", "r.parquet", "r.xls")] == [False] * 3


def test_what_makes_writing_impossible_is_told_before_the_work(monkeypatch):
    assert check_results(Path("results")) is None
    with pytest.raises(SettingsError, match=r"r\.xls"):
        check_results(Path("r.xls"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert check_results(Path("r.csv")) is None
    for place in (Path("results"), Url("s3://b/r")):
        with pytest.raises(MissingExtraError, match="parquet"):
            check_results(place)
