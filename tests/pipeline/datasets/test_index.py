from pathlib import Path

import pytest

from genrekit.errors import DATASET_INVALID, DATASET_MISSING, DatasetError
from genrekit.pipeline.datasets.index import data_root as data_root_setting
from genrekit.pipeline.datasets.index import read_dataset
from genrekit.pipeline.datasets.index import write_index as write_tracks

HEADER = "name,genre,audio,group\n"


def write_index(root: Path, *rows: str, header: str = HEADER) -> Path:
    (root / "index.csv").write_text(header + "".join(f"{row}\n" for row in rows))
    return root


def write_folds(root: Path, *rows: str) -> None:
    (root / "splits").mkdir()
    (root / "splits" / "folds.csv").write_text("name,fold_a\n" + "".join(f"{row}\n" for row in rows))


def refusal(root: Path) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read_dataset(root)
    return caught.value


def test_the_three_columns_make_a_data_set(tmp_path):
    write_index(tmp_path, "a,jazz,a.wav", "b,rock,", header="name,genre,audio\n")
    dataset = read_dataset(tmp_path)
    assert dataset.genres == ("jazz", "rock")
    assert [track.name for track in dataset.with_audio] == ["a"]
    assert dataset.tracks[0].audio == tmp_path / "a.wav"
    assert [(track.group, track.kind) for track in dataset.tracks] == [("a", "whole"), ("b", "none")]


def test_an_empty_group_is_the_track_itself(tmp_path):
    write_index(tmp_path, "a,jazz,a.wav,miles", "b,jazz,b.wav,")
    assert [track.group for track in read_dataset(tmp_path).tracks] == ["miles", "b"]


def test_folds_are_read_by_column(tmp_path):
    write_folds(write_index(tmp_path, "a,jazz,a.wav,x", "b,jazz,b.wav,y"), "a,0", "b,1")
    assert read_dataset(tmp_path).folds == {"fold_a": {"a": 0, "b": 1}}


def test_a_group_that_straddles_a_fold_is_refused_by_name(tmp_path):
    write_folds(write_index(tmp_path, "a,jazz,a.wav,miles", "b,jazz,b.wav,miles"), "a,0", "b,1")
    assert "'miles'" in str(refusal(tmp_path))


def test_a_track_without_a_fold_is_refused_by_name(tmp_path):
    write_folds(write_index(tmp_path, "a,jazz,a.wav,x", "b,jazz,b.wav,y"), "a,0")
    assert "no fold for b" in str(refusal(tmp_path))


def test_no_index_is_told_from_a_bad_one(tmp_path):
    assert refusal(tmp_path).kind is DATASET_MISSING
    write_index(tmp_path, "a,jazz", header="name,genre\n")
    error = refusal(tmp_path)
    assert error.kind is DATASET_INVALID
    assert "audio" in str(error)


@pytest.mark.parametrize("row", [",jazz,a.wav,", "a,,a.wav,"])
def test_a_row_without_name_or_genre_is_refused_by_its_line(tmp_path, row):
    assert "line 2" in str(refusal(write_index(tmp_path, row)))


def test_a_name_twice_is_refused(tmp_path):
    assert "a twice" in str(refusal(write_index(tmp_path, "a,jazz,a.wav,", "a,rock,b.wav,")))


def test_the_place_of_the_data_is_a_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("GENREKIT_DATA", str(tmp_path))
    assert data_root_setting() == tmp_path
    monkeypatch.delenv("GENREKIT_DATA")
    with pytest.raises(DatasetError, match="GENREKIT_DATA"):
        data_root_setting()


@pytest.mark.data
def test_the_recordings_at_hand_are_a_data_set(data_root):
    dataset = read_dataset(data_root)
    assert len(dataset.genres) == 10
    assert len(dataset.with_audio) < len(dataset.tracks)
    assert all(track.audio.is_file() for track in dataset.with_audio)
    assert set(dataset.folds) == {"fold_a", "fold_b", "fold_c"}


def test_what_is_written_comes_back(tmp_path):
    root = write_index(
        tmp_path,
        "a,jazz,../sound/a.wav,miles,excerpt,ff00,4.500,train,1",
        "b,rock,,b,none,,,,0",
        header="name,genre,audio,group,kind,sha256,seconds,split,taggram\n",
    )
    text = (root / "index.csv").read_text()
    tracks = read_dataset(root).tracks
    assert (tracks[0].seconds, tracks[0].split) == (4.5, "train")
    write_tracks(tmp_path / "copy", tracks)
    assert (tmp_path / "copy" / "index.csv").read_text() == text.replace("../sound", "../../sound")


def test_a_length_that_is_no_number_is_named(tmp_path):
    write_index(tmp_path, "a,jazz,a.wav,long", header="name,genre,audio,seconds\n")
    assert "index.csv line 2: has no length" in str(refusal(tmp_path))
