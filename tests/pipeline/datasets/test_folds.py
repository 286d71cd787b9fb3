"""Folds for a data set that brings none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.errors import DatasetError
from genrekit.pipeline.datasets.folds import draw_folds, write_folds
from genrekit.pipeline.datasets.index import Track, read_dataset, write_index
from genrekit.pipeline.datasets.settings import FoldParams


def track(name: str, genre: str, group: str) -> Track:
    return Track(name, genre, Path("x.wav"), group, "whole", "", has_taggram=False)


TRACKS = [track(f"{genre}, {n}", genre, f"{genre} {n // 2}") for genre in ("rock", "pop") for n in range(12)]


def folded(folder: Path, tracks: list[Track], params: FoldParams) -> dict[str, dict[str, int]]:
    write_index(folder, tracks)
    write_folds(folder, tracks, params)
    return {shuffle: dict(folds) for shuffle, folds in read_dataset(folder).folds.items()}


@given(
    groups=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=40),
    folds=st.integers(2, 6),
    seed=st.integers(0, 99),
)
def test_a_group_is_never_split(groups: list[tuple[int, int]], folds: int, seed: int) -> None:
    tracks = [track(f"t{n}", f"g{genre}", f"artist{group}") for n, (group, genre) in enumerate(groups)]
    drawn = draw_folds(tracks, folds, seed)
    assert all(0 <= fold < folds for fold in drawn)
    assert len({(track.group, fold) for track, fold in zip(tracks, drawn, strict=True)}) == len(
        {track.group for track in tracks}
    )


def test_each_genre_is_spread_evenly() -> None:
    drawn = draw_folds(TRACKS, 3, seed=0)
    for genre in ("rock", "pop"):
        counts = [sum(fold == n for t, fold in zip(TRACKS, drawn, strict=True) if t.genre == genre) for n in range(3)]
        assert counts == [4, 4, 4]


def test_they_are_written_beside_the_index(tmp_path: Path) -> None:
    folds = folded(tmp_path, TRACKS, FoldParams(folds=3, shuffles=2))
    assert list(folds) == ["fold_a", "fold_b"]
    assert folds["fold_a"] != folds["fold_b"]
    assert set(folds["fold_a"].values()) == {0, 1, 2}
    assert folded(tmp_path, TRACKS, FoldParams(folds=3, shuffles=2)) == folds


def test_a_genre_of_few_groups_has_as_many_folds(tmp_path: Path) -> None:
    few = [track("a", "jazz", "one"), track("b", "jazz", "two")]
    assert set(folded(tmp_path, TRACKS + few, FoldParams())["fold_a"].values()) == {0, 1}


def test_a_genre_of_one_group_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="jazz: has tracks of one artist"):
        folded(tmp_path, [*TRACKS, track("a", "jazz", "one"), track("b", "jazz", "one")], FoldParams())


def test_folds_that_the_data_set_brings_are_kept(tmp_path: Path) -> None:
    (tmp_path / "splits").mkdir()
    lines = ["name,mine", *(f'"{t.name}",7' for t in TRACKS)]
    (tmp_path / "splits" / "own.csv").write_text("\n".join(lines) + "\n")
    assert set(folded(tmp_path, TRACKS, FoldParams())) == {"mine"}
