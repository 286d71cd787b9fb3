import numpy as np
import pytest

from genrekit.pipeline.checks import honesty
from genrekit.pipeline.checks.check import Status
from genrekit.pipeline.combination import crossed
from tests.pipeline.predicting import N_TRACKS, make_predictions


def test_all_that_probabilities_promise_is_checked():
    checks = {check.name: check for check in honesty.check_honesty(make_predictions(), ["good"], 0.5)}
    assert 0 < checks["calibration error"].value < 0.3
    assert checks["calibration error of a perfectly calibrated model"].status is Status.REPORTED
    assert 0 <= checks["share of tracks that are answered"].value <= 1
    assert checks['accuracy gained by "unsure"'].value >= 0


def test_a_threshold_of_nothing_answers_all_and_gains_nothing():
    checks = {check.name: check for check in honesty.check_honesty(make_predictions(), ["good"], 0.0)}
    assert checks["share of tracks that are answered"].value == 1
    assert checks['accuracy gained by "unsure"'].value == 0


def test_the_bins_hold_all_tracks():
    predictions = make_predictions()
    rows = honesty.reliability(predictions, crossed(predictions, ["good"]))
    assert sum(count for _, _, count in rows) == pytest.approx(N_TRACKS)
    assert all(0 <= share <= 1 for _, share, _ in rows)


def test_chance_leaves_less_error_on_more_tracks():
    few, many = (honesty.chance_error(np.random.default_rng(0).uniform(0.3, 1, n)) for n in (100, 10_000))
    assert many < 0.02 < few < 0.2
