"""Classic models on the table."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from genrekit.artifact import MemberEntry, write_artifact
from genrekit.genres import GTZAN_GENRES
from genrekit.graph_check import check_graph
from genrekit.pipeline.members.comparison import MODELS, export_gaussian_nb, log_scores, make_model
from genrekit.predictor import Predictor
from genrekit.sessions import open_session
from tests.making import tiny_manifest


def make_table(n_rows: int, n_genres: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of wildly different scales, as the real ones are; each genre has one of them that tells it."""
    rng = np.random.default_rng(seed)
    genre = np.arange(n_rows) % n_genres
    values = rng.normal(0, 1, (n_rows, 57))
    values[np.arange(n_rows), 3 * genre] += 8
    return (values * np.geomspace(1e-4, 1e4, 57) + 5).astype(np.float32), genre


@pytest.mark.parametrize("name", MODELS)
def test_every_model_learns_whatever_the_scale_of_the_features(name):
    features, genre = make_table(400, 3, seed=0)
    fresh, truth = make_table(200, 3, seed=1)
    scores = log_scores(make_model(name).fit(features, genre), fresh)
    assert scores.shape == (200, 3)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert np.mean(scores.argmax(axis=1) == truth) > 0.7


@pytest.fixture(scope="module")
def bayes():
    features, genre = make_table(600, len(GTZAN_GENRES), seed=0)
    return make_model("gaussian_nb").fit(features, genre)


def test_the_graph_of_gaussian_nb_says_what_the_library_says(bayes):
    fresh, _ = make_table(200, len(GTZAN_GENRES), seed=1)
    (log_proba,) = open_session(export_gaussian_nb(bayes)).run(None, {"features": fresh})
    np.testing.assert_allclose(log_proba, bayes.predict_log_proba(fresh), atol=2e-2, rtol=1e-3)
    assert np.array_equal(log_proba.argmax(axis=1), bayes.predict(fresh))


def test_the_same_model_gives_the_same_bytes(bayes):
    assert export_gaussian_nb(bayes) == export_gaussian_nb(bayes)


def test_gaussian_nb_is_served_as_a_member_of_an_artifact(bayes, tmp_path, song):
    model = export_gaussian_nb(bayes)
    check_graph("gaussian_nb.onnx", model)
    member = MemberEntry("gaussian_nb", "tabular", "gaussian_nb.onnx", 1.0)
    manifest = msgspec.structs.replace(tiny_manifest(), members=(member,))
    write_artifact(tmp_path / "bayes", manifest, {member.file: model})
    prediction = Predictor.load(tmp_path / "bayes").predict(song)
    assert prediction.genre in GTZAN_GENRES
    assert sum(prediction.proba.values()) == pytest.approx(1)
