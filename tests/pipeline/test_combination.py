import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrekit.pipeline.combination import FittedCombination, combine, crossed, fit_combination
from genrekit.pipeline.metrics import log_loss
from tests.pipeline.predicting import make_predictions


def member(truth, skill, seed, scale=1.0):
    """Log-probabilities that know the truth by so much."""
    logits = np.random.default_rng(seed).normal(0, 1, (len(truth), 4))
    logits[np.arange(len(truth)), truth] += skill
    logits *= scale
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


TRUTH = np.random.default_rng(0).integers(0, 4, 400)


def test_a_member_that_knows_nothing_gets_no_weight():
    fitted = fit_combination(np.stack([member(TRUTH, 2, 1), member(TRUTH, 0, 2)]), TRUTH)
    assert fitted.weights[0] >= 0.9
    assert sum(fitted.weights) == pytest.approx(1)


def test_two_that_know_different_things_share_the_weight_and_beat_each_alone():
    both = np.stack([member(TRUTH, 1, 1), member(TRUTH, 1, 2)])
    together = log_loss(combine(both, fit_combination(both, TRUTH)), TRUTH)
    alone = [log_loss(combine(both[[i]], fit_combination(both[[i]], TRUTH)), TRUTH) for i in (0, 1)]
    assert together < min(alone)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_sharpness_undoes_a_wrong_scale(scale):
    right = fit_combination(member(TRUTH, 1, 1)[None], TRUTH).sharpness
    assert fit_combination(member(TRUTH, 1, 1, scale)[None], TRUTH).sharpness == pytest.approx(right / scale, rel=0.05)


@settings(max_examples=20)
@given(st.integers(0, 99), st.floats(0.2, 3))
def test_combined_probabilities_sum_to_one(seed, sharpness):
    rows = np.stack([member(TRUTH, 1, seed), member(TRUTH, 1, seed + 1)])
    assert combine(rows, FittedCombination((0.25, 0.75), sharpness)).sum(axis=1) == pytest.approx(np.ones(400))


def test_what_is_applied_to_a_fold_has_not_seen_it():
    predictions = make_predictions()
    inside = predictions.folds[0] == 0
    changed = make_predictions(swap_truth_of=inside)
    before, after = (crossed(which, ["good", "poor"])[0, inside] for which in (predictions, changed))
    assert np.array_equal(before, after)
