"""How rows share the weight of their tracks and genres."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genrekit.pipeline.members.rows import balance_genres, spread_rows, track_weights, within_tracks

TRACKS = st.lists(st.integers(1, 40), min_size=1, max_size=8).map(lambda sizes: np.repeat(np.arange(len(sizes)), sizes))


@given(TRACKS, st.integers(2, 12))
def test_spread_keeps_short_tracks_whole_and_takes_the_most_of_long_ones(track: np.ndarray, most: int) -> None:
    picked = spread_rows(track, most)
    assert np.array_equal(np.bincount(track[picked]), np.minimum(np.bincount(track), most))


@given(TRACKS, st.integers(2, 12))
def test_spread_reaches_from_the_first_row_to_the_last_in_order(track: np.ndarray, most: int) -> None:
    picked = spread_rows(track, most)
    assert np.all(np.diff(picked) > 0)
    for name in np.unique(track):
        rows, chosen = np.flatnonzero(track == name), picked[track[picked] == name]
        assert (rows[0], rows[-1]) == (chosen[0], chosen[-1])


def test_spread_is_even() -> None:
    assert spread_rows(np.zeros(15, np.int64), 6).tolist() == [0, 3, 6, 8, 11, 14]


def test_spread_tells_tracks_apart_by_where_they_lie() -> None:
    assert spread_rows(np.array([3, 3, 3, 0, 0, 0]), 2).tolist() == [0, 2, 3, 5]


@given(TRACKS, st.floats(0.1, 10), st.randoms())
def test_rows_of_a_track_share_its_total_in_any_order(track: np.ndarray, total: float, random) -> None:
    shuffled = np.array(random.sample(track.tolist(), len(track)))
    weight = track_weights(shuffled, total)
    assert np.bincount(shuffled, weights=weight) == pytest.approx(total)
    assert all(len(set(weight[shuffled == name])) == 1 for name in track)


@given(st.data())
def test_balanced_genres_count_the_same_and_the_sum_is_kept(data) -> None:
    genre = data.draw(arrays(np.int64, st.integers(1, 50), elements=st.integers(0, 9)))
    weight = data.draw(arrays(np.float64, len(genre), elements=st.floats(0.01, 10)))
    balanced = balance_genres(genre, weight)
    sums = np.bincount(genre, weights=balanced)
    assert balanced.sum() == pytest.approx(weight.sum())
    assert sums[sums > 0] == pytest.approx(weight.sum() / len(np.unique(genre)))


def test_balance_keeps_the_proportions_within_a_genre() -> None:
    balanced = balance_genres(np.array([0, 0, 1]), np.array([1.0, 3.0, 8.0]))
    assert balanced.tolist() == [1.5, 4.5, 6.0]


def test_wandering_is_about_the_mean_of_the_own_track_and_tracks_count_the_same() -> None:
    values = np.array([[10.0, 0.0], [12.0, 0.0], [-5.0, 1.0], [-5.0, -1.0], [-5.0, 1.0], [-5.0, -1.0]])
    covariance = within_tracks(values, np.array([0, 0, 1, 1, 1, 1]))
    np.testing.assert_allclose(covariance, [[0.5, 0.0], [0.0, 0.5]])


@given(TRACKS, st.randoms())
def test_wandering_knows_no_order_and_not_where_a_track_lies(track: np.ndarray, random) -> None:
    values = np.random.default_rng(len(track)).normal(0, 1, (len(track), 3))
    order = np.array(random.sample(range(len(track)), len(track)))
    moved = values + 100.0 * track[:, None]
    expected = within_tracks(values, track)
    np.testing.assert_allclose(within_tracks(moved[order], track[order]), expected, atol=1e-9)
    assert np.linalg.eigvalsh(expected).min() > -1e-12


def test_a_track_of_one_row_does_not_wander() -> None:
    assert not within_tracks(np.array([[1.0, 2.0], [5.0, 7.0]]), np.array([4, 2])).any()
