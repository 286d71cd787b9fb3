import json

import pytest

from genrekit.pipeline.history import history_of
from genrekit.pipeline.settings import ForestParams
from tests.pipeline.predicting import N_TRACKS, make_predictions


def test_each_fold_of_each_shuffle_has_its_figures():
    history = history_of("good", ForestParams(trees=9), make_predictions(), [])
    assert [(row["shuffle"], row["fold"]) for row in history["folds"]] == [
        (shuffle, fold) for shuffle in ("fold_a", "fold_b") for fold in range(4)
    ]
    assert sum(row["tracks"] for row in history["folds"]) == 2 * N_TRACKS
    assert all(0.5 < row["accuracy"] <= 1 and row["log_loss"] > 0 for row in history["folds"])


def test_settings_and_epochs_are_kept():
    history = history_of("good", ForestParams(trees=9), make_predictions(), [{"loss": 2.0}, {"loss": 1.5}])
    assert history["params"]["trees"] == 9
    assert [epoch["loss"] for epoch in history["epochs"]] == [2.0, 1.5]
    assert json.loads(json.dumps(history)) == history


def test_a_member_without_predictions_has_no_history():
    with pytest.raises(KeyError):
        history_of("absent", ForestParams(), make_predictions(), [])
