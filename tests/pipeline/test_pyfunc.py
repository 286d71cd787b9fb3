import numpy as np
import pytest

from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.pyfunc import _load_pyfunc
from genrekit.predictor import Predictor
from tests.making import make_music


def test_it_answers_as_the_artifact_does(tiny_artifact):
    samples = make_music(4.0)
    said = _load_pyfunc(str(tiny_artifact)).predict({"samples": samples, "sample_rate": np.array([22_050])})
    expected = Predictor.load(tiny_artifact).predict_samples(samples, 22_050).proba
    assert said.tolist() == [expected[genre] for genre in GTZAN_GENRES]
    assert said.sum() == pytest.approx(1)
