import numpy as np
import pytest
from scipy import stats

from genrekit.pipeline.paired import compare, mcnemar, not_better

GROUPS = [f"artist{index // 2}" for index in range(100)]


def hits(share, seed=0):
    return (np.random.default_rng(seed).random((3, 100)) < share).astype(float)


def test_a_clear_winner_is_one_by_every_measure():
    result = compare(hits(0.9), hits(0.4, seed=1), GROUPS)
    assert result.difference == pytest.approx(hits(0.9).mean() - hits(0.4, seed=1).mean())
    assert 0 < result.interval[0] < result.difference < result.interval[1]
    assert result.worse < 0.001
    assert result.mcnemar_p < 0.001
    assert result.only_first > result.only_second


def test_a_member_does_not_beat_itself():
    same = compare(hits(0.7), hits(0.7), GROUPS)
    assert (same.difference, same.worse, same.mcnemar_p, same.only_first) == (0.0, 1.0, 1.0, 0.0)


def test_swapping_the_two_turns_the_signs():
    one, other = compare(hits(0.8), hits(0.6, 1), GROUPS), compare(hits(0.6, 1), hits(0.8), GROUPS)
    assert one.difference == -other.difference
    assert one.interval == pytest.approx((-other.interval[1], -other.interval[0]))
    assert one.mcnemar_p == other.mcnemar_p


@pytest.mark.parametrize(("won", "lost"), [(5, 5), (10, 2), (0, 7), (1, 0)])
def test_mcnemar_is_the_exact_sign_test(won, lost):
    tail = stats.binom.cdf(min(won, lost), won + lost, 0.5)
    assert mcnemar(won, lost) == pytest.approx(min(1.0, 2 * tail))


def test_one_artist_with_many_tracks_proves_less_than_many_artists():
    gain = np.r_[np.ones(20), -np.ones(10)]
    assert not_better(gain, ["a"] * 20 + [f"b{i}" for i in range(10)]) > not_better(gain, [f"a{i}" for i in range(30)])
