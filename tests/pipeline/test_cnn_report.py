"""The figures of the network trained from scratch."""

from __future__ import annotations

import numpy as np
import pytest

from genrekit.pipeline.cnn_report import differences, hits, mean_curve, report
from tests.pipeline.predicting import make_predictions

CURVES = {
    "fold_a-0": {"best": 2, "epochs": [{"loss": 2.0, "valid_loss": 1.0, "valid_accuracy": 0.5}] * 3},
    "fold_a-1": {"best": 1, "epochs": [{"loss": 1.0, "valid_loss": 2.0, "valid_accuracy": 0.7}] * 2},
}


def test_the_second_variant_is_compared_with_the_first_track_by_track():
    predictions = make_predictions()
    gained = differences(predictions, "poor", "good")
    expected = hits(predictions, "good").mean() - hits(predictions, "poor").mean()
    assert gained["all"]["accuracy"] == pytest.approx(expected)
    low, high = gained["all"]["interval"]
    assert 0 < low < expected < high
    assert set(gained) == {"all", "whole", "excerpt"}


def test_a_variant_differs_from_itself_by_nothing():
    assert differences(make_predictions(), "good", "good")["all"] == {"accuracy": 0, "interval": [0, 0]}


def test_the_mean_curve_ends_where_the_first_fold_stopped():
    curve = mean_curve(CURVES)
    assert [row["epoch"] for row in curve] == [1, 2]
    assert curve[0] == pytest.approx({"epoch": 1, "loss": 1.5, "valid_loss": 1.5, "valid_accuracy": 0.6})


def test_the_report_has_both_variants_their_difference_and_their_curves():
    predictions = make_predictions()
    figures = report(predictions, {"good": CURVES, "poor": CURVES}, {"parameters": 7})
    assert figures["network"] == {"parameters": 7}
    assert set(figures["variants"]) == {"good", "poor"}
    assert set(figures["by_shuffle"]["good"]) == {"fold_a", "fold_b"}
    assert figures["by_shuffle"]["good"]["fold_a"]["all"] == pytest.approx(
        np.mean(predictions.log_proba["good"][0].argmax(axis=1) == predictions.truth)
    )
    assert figures["folds"]["good"]["fold_a-1"]["best"] == 1
    assert figures["difference"]["all"]["accuracy"] < 0
