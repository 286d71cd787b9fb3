import json

import numpy as np
import pytest

from genrekit.pipeline.evaluate import Inputs, Outputs, evaluate, run
from genrekit.pipeline.out_of_fold import save_out_of_fold
from tests.pipeline.predicting import N_TRACKS, make_predictions


@pytest.fixture(scope="module")
def figures():
    return evaluate(make_predictions())


def test_members_alone_and_together_are_reported_by_kind(figures):
    assert set(figures["members"]) == {"good", "poor"}
    assert set(figures["ensemble"]) == {"all", "whole", "excerpt"}
    assert figures["ensemble"]["all"]["tracks"] == N_TRACKS
    assert figures["members"]["poor"]["all"]["accuracy"] < figures["members"]["good"]["all"]["accuracy"]


def test_each_accuracy_lies_in_its_interval(figures):
    for part in figures["ensemble"].values():
        low, high = part["interval"]
        assert low <= part["accuracy"] <= high


def test_the_confusion_is_a_mean_over_shuffles(figures):
    confusion = np.array(figures["confusion"])
    assert confusion.sum() == pytest.approx(N_TRACKS)
    assert np.trace(confusion) / N_TRACKS == pytest.approx(figures["ensemble"]["all"]["accuracy"])


def test_the_stage_writes_figures_and_tables(tmp_path, figures):
    save_out_of_fold(tmp_path / "oof.npz", make_predictions())
    out = tmp_path / "reports"
    run(Inputs(tmp_path / "oof.npz"), Outputs(out / "metrics.json", out / "plots"))
    assert json.loads((out / "metrics.json").read_text()) == figures
    assert {path.stem for path in (out / "plots").iterdir()} == {"confusion", "coverage", "calibration"}
