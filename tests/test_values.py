from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from genrekit.values import ClipResult, Prediction, Waveform

PREDICTION = Prediction("b", False, {"a": 0.2, "b": 0.5, "c": 0.3}, (), 30.0, "id")


def test_a_waveform_knows_its_duration():
    assert Waveform(np.zeros(11_025, np.float32), 22_050).duration == 0.5


def test_the_top_is_sorted_by_probability():
    assert PREDICTION.top(2) == (("b", 0.5), ("c", 0.3))


def test_the_top_of_more_than_there_are_is_all():
    assert len(PREDICTION.top(99)) == 3


def test_ties_keep_the_order_of_the_genres():
    tied = Prediction("a", True, {"a": 0.4, "b": 0.2, "c": 0.4}, (), 30.0, "id")
    assert tied.top(3) == (("a", 0.4), ("c", 0.4), ("b", 0.2))


def test_a_clip_names_its_most_probable_genre():
    assert ClipResult(0.0, 3.0, {"a": 0.1, "b": 0.9}).genre == "b"


def test_a_prediction_is_frozen():
    with pytest.raises(FrozenInstanceError):
        PREDICTION.genre = "a"
