import numpy as np
import pytest

from genrekit.pipeline.cards.failures import confused_pairs, surest_failures
from tests.pipeline.predicting import N_TRACKS, make_predictions


@pytest.fixture(scope="module")
def predictions():
    """Every tenth track has another genre than it sounds like."""
    return make_predictions(swap_truth_of=np.arange(N_TRACKS) % 10 == 0)


def test_the_surest_mistakes_come_first(predictions):
    found = surest_failures(predictions, ["good"], 5)
    assert 1 <= len(found) <= 5
    sureness = [each.probability for each in found]
    assert sureness == sorted(sureness, reverse=True)
    for each in found:
        assert each.answer != each.truth
        assert each.probability > each.truth_probability


def test_tracks_whose_label_was_swapped_are_among_them(predictions):
    names = {each.track for each in surest_failures(predictions, ["good"], 6)}
    swapped = {f"track{place}" for place in range(0, N_TRACKS, 10)}
    assert len(names & swapped) >= 4


def test_confused_pairs_are_counted_commonest_first(predictions):
    pairs = confused_pairs(predictions, ["good"], 10)
    counts = [count for _, _, count in pairs]
    assert counts == sorted(counts, reverse=True)
    assert all(true != said and count > 0 for true, said, count in pairs)
