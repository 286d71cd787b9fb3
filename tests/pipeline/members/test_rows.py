import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.pipeline.members.rows import balance_genres, spread_rows, track_weights

COUNTS = st.lists(st.integers(1, 30), min_size=1, max_size=8)


@given(COUNTS, st.integers(1, 8))
def test_at_most_so_many_rows_of_each_track_spread_from_first_to_last(counts, most):
    track = np.repeat(np.arange(len(counts)), counts)
    picked = spread_rows(track, most)
    assert np.bincount(track[picked]).tolist() == [min(count, most) for count in counts]
    firsts = np.flatnonzero(np.diff(track, prepend=-1))
    assert np.isin(firsts, picked).all()
    if most > 1:
        assert np.isin(np.append(firsts[1:], len(track)) - 1, picked).all()


@given(COUNTS, st.floats(0.1, 2))
def test_a_tracks_rows_share_one_total(counts, total):
    track = np.repeat(np.arange(len(counts)), counts)
    assert np.bincount(track, weights=track_weights(track, total)) == pytest.approx(np.full(len(counts), total))


@given(st.lists(st.integers(0, 3), min_size=4, max_size=40))
def test_balanced_genres_count_the_same_and_the_sum_is_kept(genres):
    genre = np.array(genres)
    weight = np.linspace(0.5, 1.5, len(genre))
    balanced = balance_genres(genre, weight)
    sums = np.bincount(genre, weights=balanced)
    assert balanced.sum() == pytest.approx(weight.sum())
    assert sums[sums > 0] == pytest.approx(np.full(np.count_nonzero(sums), weight.sum() / np.count_nonzero(sums)))
