"""Anyone's music as heads learn from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from genrekit.errors import DatasetError
from genrekit.pipeline.datasets.faults import Repetition
from genrekit.pipeline.datasets.folder import GroupSource, Listed
from genrekit.pipeline.datasets.music import find_music
from genrekit.pipeline.datasets.synth import write
from genrekit.pipeline.hearing import Heard, HearingParams, Store
from genrekit.pipeline.own_data import Kept, check_enough, hear_music, make_dataset, make_training_data
from tests.pipeline.nets import bands_backbone

MODEL = bands_backbone()


class Told:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.done: list[str] = []

    def begin(self, what: str, total: int) -> None:
        self.begun.append((what, total))

    def advance(self, name: str) -> None:
        self.done.append(name)


def make_kept(genres: str, groups: str) -> list[Kept]:
    rows = np.arange(4, dtype=np.float32).reshape(2, 2)
    return [
        Kept(
            Listed(Path(f"{genre}/{place}.wav"), f"{genre}.{place}", genre, group, GroupSource.LIST),
            Heard(f"sha{place}", 3.0, rows + place, rows[:1] - place),
        )
        for place, (genre, group) in enumerate(zip(genres, groups, strict=True))
    ]


def test_what_cannot_be_heard_or_is_there_twice_is_left_out_and_named(tmp_path: Path) -> None:
    root = tmp_path / "music"
    write(root, genres=("drift", "march"), tracks_per_genre=1, seconds=2.0)
    shutil.copy(root / "drift" / "drift.000.wav", root / "march" / "again.wav")
    (root / "march" / "broken.wav").write_bytes(b"nothing")
    told = Told()
    store = Store(tmp_path / "work", MODEL, HearingParams())
    kept, left_out = hear_music(find_music(root, tmp_path / "x"), store, MODEL, 1, told)
    assert [track.listed.name for track in kept] == ["drift.000", "march.000"]
    assert left_out["march/again.wav"] == "is the same file as drift/drift.000.wav, which is filed under drift"
    assert set(left_out) == {"march/again.wav", "march/broken.wav"}
    assert told.begun == [("listening", 4)]
    assert len(told.done) == 4


@pytest.mark.parametrize(("genres", "named"), [("aaaa", "less than two genres"), ("aaab", "b: has one track only")])
def test_too_little_is_named(genres: str, named: str) -> None:
    with pytest.raises(DatasetError, match=named):
        check_enough(make_kept(genres, "wxyz"))


def test_enough_is_enough() -> None:
    assert check_enough(make_kept("aabb", "wxyz")) is None


def test_tracks_that_are_one_recording_are_in_one_fold() -> None:
    kept = make_kept("a" * 8 + "b" * 8, "abcdefghijklmnop")
    dataset = make_dataset(Path(), kept, [Repetition(0, 9, 1.0)])
    assert len(dataset.folds) == 3
    assert all(len(set(folds.values())) == 5 for folds in dataset.folds.values())
    assert all(folds["a.0"] == folds["b.9"] for folds in dataset.folds.values())


def test_folds_are_as_many_as_the_poorest_genre_has_groups() -> None:
    dataset = make_dataset(Path(), make_kept("aaaaabbbbb", "vwxyzmmnno"), [])
    assert set(dataset.folds["fold_0"].values()) == {0, 1, 2}
    with pytest.raises(DatasetError, match="one artist"):
        make_dataset(Path(), make_kept("aaabbb", "xyzmmm"), [])


def test_rows_have_the_place_of_their_track() -> None:
    kept = make_kept("abab", "wxyz")
    data = make_training_data(make_dataset(Path(), kept, []).tracks, [track.heard for track in kept])
    assert data.genres == ("a", "b")
    assert data.genre.tolist() == [0, 1, 0, 1]
    assert data.clean.track.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert data.copies.track.tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(data.clean.values[4:6], kept[2].heard.clean)
    assert len(data.taggrams.track) == 0
