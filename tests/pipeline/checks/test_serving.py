from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genrekit.limits import Limits
from genrekit.pipeline.checks import serving
from genrekit.pipeline.checks.check import Status
from genrekit.pipeline.settings import TABULAR
from genrekit.pipeline.trainers import Trained
from genrekit.predictor import Predictor
from genrekit.steps.clips import cut_clips, level_gain
from genrekit.steps.decode import decode
from genrekit.steps.features import tabular_view
from tests.making import encode, linear_member, make_music
from tests.pipeline.made_data import make_data


class ShippedLike:
    """A predictor with one member on the tabular view, under the name that its rows are stored by."""

    def __init__(self, folder: Path) -> None:
        self.inner = Predictor.load(folder)
        self.members = (replace(self.inner.members[0], name="forest"),)
        self.limits = Limits()

    def member_scores(self, waveform):
        return self.inner.member_scores(waveform)

    def predict(self, path):
        return self.inner.predict(path)


@pytest.fixture
def heard(tmp_path, tiny_artifact):
    """Two tracks, and their features as a prediction computes them."""
    _, data = make_data()
    paths = [encode(tmp_path / f"{seed}.wav", make_music(6.0, seed=seed), 22_050) for seed in range(2)]
    tracks = tuple(replace(track, audio=path) for track, path in zip(data.tracks, paths, strict=False))
    views = []
    for path in paths:
        samples = decode(path, Limits()).samples
        views.append(tabular_view(cut_clips(samples * np.float32(level_gain(samples, -17.0)), 22_050, 3.0), TABULAR))
    rows = replace(data.clips, track=np.repeat([0, 1], 2), values=np.concatenate([view.values for view in views]))
    return replace(data, tracks=tracks, clips=rows), ShippedLike(tiny_artifact)


def graph_and(shift):
    """A trainer whose graph differs from what it says of itself by so much."""
    from genrekit.steps.members import load_member
    from genrekit.values import View

    graph = linear_member(57, 10)
    member = load_member("m", "", 1.0, graph)

    def train(data, inside):
        def log_proba(values):
            return member.score(View(values, np.zeros((len(values), 2)))).log_proba + shift

        return Trained(log_proba, lambda: graph)

    return train


def test_a_graph_that_says_the_same_passes_and_a_line_that_serves_the_features(heard):
    data, predictor = heard
    checks = serving.check_serving(data, {"forest": graph_and(0.0)}, predictor)
    assert [check.status for check in checks] == [Status.PASSED, Status.PASSED, Status.REPORTED]
    assert checks[-1].value > 0


def test_a_graph_that_says_something_else_fails(heard):
    data, predictor = heard
    parity = serving.check_serving(data, {"forest": graph_and(0.1)}, predictor)[0]
    assert parity.status is Status.FAILED


def test_features_that_are_not_what_is_served_fail(heard):
    data, predictor = heard
    other = replace(data, clips=replace(data.clips, values=0 * data.clips.values))
    line = serving.check_serving(other, {"forest": graph_and(0.0)}, predictor)[1]
    assert line.status is not Status.PASSED
