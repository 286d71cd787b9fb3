import numpy as np
import pytest

from genrekit.pipeline import robustness
from genrekit.pipeline.perturbations.catalogue import CATALOGUE, LONG
from genrekit.pipeline.training_data import TrackRows
from tests.pipeline.made_data import make_data, nearest

ASKED = next(each for each in CATALOGUE if each.allowed is not None)


@pytest.fixture(scope="module")
def answers():
    dataset, data = make_data()
    folds = np.array([list(fold.values()) for fold in dataset.folds.values()])
    shaken = data.clean.values + np.random.default_rng(1).normal(0, 30, data.clean.values.shape).astype(np.float32)
    rows = {"same": data.clean, "shaken": TrackRows(data.clean.track, shaken)}
    return data, robustness.answer_all(data, folds, nearest, rows)


def test_what_does_not_change_the_rows_costs_nothing(answers):
    data, found = answers
    row = robustness.compare(data, ASKED, found["same"], found[LONG])
    assert row["loss"] == 0
    assert row["loss_interval"] == [0, 0]
    assert row["accuracy"] == row["untouched"]
    assert row["confidence"] == pytest.approx(row["confidence_untouched"])
    assert row["allowed_loss"] == ASKED.allowed


def test_a_loss_is_the_difference_over_the_same_tracks(answers):
    data, found = answers
    row = robustness.compare(data, ASKED, found["shaken"], found[LONG])
    assert row["loss"] == pytest.approx(row["untouched"] - row["accuracy"])
    low, high = row["loss_interval"]
    assert low <= row["loss"] <= high


def test_a_change_of_some_tracks_is_compared_with_those(answers):
    data, found = answers
    some = found[LONG]
    half = robustness.Answers(some.track[::2], some.hits[::2], some.top[::2])
    assert robustness.compare(data, ASKED, half, some)["tracks"] == len(some.track) / 2
