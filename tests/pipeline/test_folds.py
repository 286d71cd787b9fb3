"""Folds of groups."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genrekit.pipeline.folds import count_folds, grouped_folds

TRACKS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), min_size=2, max_size=60)


@given(TRACKS, st.integers(2, 5), st.integers(0, 3))
def test_no_group_is_in_two_folds_and_every_track_in_one(tracks: list[tuple[int, int]], count: int, seed: int) -> None:
    genre, groups = np.array([track[0] for track in tracks]), [str(track[1]) for track in tracks]
    folds = grouped_folds(genre, groups, count, seed)
    assert folds.shape == genre.shape
    assert set(folds) <= set(range(count))
    assert len(set(zip(groups, folds.tolist(), strict=True))) == len(set(groups))
    np.testing.assert_array_equal(folds, grouped_folds(genre, groups, count, seed))


def test_every_fold_has_every_genre_where_groups_are_even() -> None:
    genre = np.repeat(np.arange(4), 20)
    groups = [f"g{place // 2}" for place in range(80)]
    folds = grouped_folds(genre, groups, 5, seed=0)
    counts = np.array([np.bincount(genre[folds == fold], minlength=4) for fold in range(5)])
    assert counts.min() == counts.max() == 4


def test_a_large_group_does_not_leave_a_fold_without_a_genre() -> None:
    genre = np.array([0] * 30 + [1] * 10)
    groups = ["big"] * 18 + [f"a{place}" for place in range(12)] + [f"b{place}" for place in range(10)]
    folds = grouped_folds(genre, groups, 5, seed=1)
    assert all(set(genre[folds == fold]) == {0, 1} for fold in range(5))


def test_another_seed_deals_otherwise() -> None:
    genre, groups = np.arange(40) % 2, [f"g{place}" for place in range(40)]
    assert not np.array_equal(grouped_folds(genre, groups, 5, 0), grouped_folds(genre, groups, 5, 1))


def test_there_are_as_many_folds_as_the_poorest_genre_has_groups() -> None:
    genre = np.array([0] * 8 + [1] * 8)
    assert count_folds(genre, [str(place) for place in range(16)]) == 5
    assert count_folds(genre, [*"abcdefgh", *"xxxyyyzz"]) == 3
    assert count_folds(genre, [*"abcdefgh", *"xxxxxxxx"]) == 2
