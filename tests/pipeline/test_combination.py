import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrekit.pipeline.combination import FittedCombination, best_floor, combine, crossed, fit_combination
from genrekit.pipeline.metrics import brier_score
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
    together = brier_score(combine(both, fit_combination(both, TRUTH)), TRUTH)
    alone = [brier_score(combine(both[[i]], fit_combination(both[[i]], TRUTH)), TRUTH) for i in (0, 1)]
    assert together < min(alone)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_sharpness_undoes_a_wrong_scale(scale):
    right = fit_combination(member(TRUTH, 1, 1)[None], TRUTH).sharpness
    assert fit_combination(member(TRUTH, 1, 1, scale)[None], TRUTH).sharpness == pytest.approx(right / scale, rel=0.05)


def test_labels_that_are_wrong_now_and_then_raise_the_floor_and_leave_the_sharpness():
    heard = member(TRUTH, 3, 1)[None]
    labels = np.where(np.arange(len(TRUTH)) % 10, TRUTH, (TRUTH + 1) % 4)
    right, wrong = fit_combination(heard, TRUTH), fit_combination(heard, labels)
    assert right.floor < 0.05 < wrong.floor < 0.2
    assert wrong.sharpness == pytest.approx(right.sharpness, rel=0.3)


@pytest.mark.parametrize("floor", [0.0, 0.1, 0.4])
def test_the_best_floor_is_the_one_that_no_other_beats(floor):
    rng = np.random.default_rng(3)
    proba = np.eye(4)[rng.integers(0, 4, 4000)] * 0.96 + 0.01
    truth = np.where(rng.random(4000) < floor, rng.integers(0, 4, 4000), proba.argmax(axis=1))
    best, score = best_floor(proba, truth)
    scores = {share: brier_score((1 - share) * proba + share / 4, truth) for share in (best, *np.arange(0, 0.5, 0.01))}
    assert min(scores.values()) == pytest.approx(scores[best], abs=1e-6)
    assert score == pytest.approx(scores[best])


@settings(max_examples=20)
@given(st.integers(0, 99), st.floats(0.2, 3), st.floats(0, 0.5))
def test_combined_probabilities_sum_to_one(seed, sharpness, floor):
    rows = np.stack([member(TRUTH, 1, seed), member(TRUTH, 1, seed + 1)])
    proba = combine(rows, FittedCombination((0.25, 0.75), sharpness, floor))
    assert proba.sum(axis=1) == pytest.approx(np.ones(400))
    assert proba.min() >= floor / 4 - 1e-12


def test_what_is_applied_to_a_fold_has_not_seen_it():
    predictions = make_predictions()
    inside = predictions.folds[0] == 0
    changed = make_predictions(swap_truth_of=inside)
    before, after = (crossed(which, ["good", "poor"])[0, inside] for which in (predictions, changed))
    assert np.array_equal(before, after)
