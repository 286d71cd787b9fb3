"""The simplest member."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from genrekit.artifact import MemberEntry, write_artifact
from genrekit.genres import GTZAN_GENRES
from genrekit.graph_check import check_graph
from genrekit.pipeline.members.gaussian_nb import export_gaussian_nb, train_gaussian_nb
from genrekit.pipeline.members.rows import TrainingRows
from genrekit.pipeline.settings import GaussianNbParams
from genrekit.predictor import Predictor
from genrekit.sessions import open_session
from tests.making import tiny_manifest


def make_rows(n_rows, seed):
    """Features of wildly different scales, as the real ones are; each genre has one of them that tells it."""
    rng = np.random.default_rng(seed)
    genre = np.arange(n_rows) % len(GTZAN_GENRES)
    values = rng.normal(0, 1, (n_rows, 57))
    values[np.arange(n_rows), 3 * genre] += 8
    return TrainingRows((values * np.geomspace(1e-4, 1e4, 57) + 5).astype(np.float32), genre, np.ones(n_rows))


@pytest.fixture(scope="module")
def bayes():
    return train_gaussian_nb(make_rows(600, seed=0), GaussianNbParams())


def test_it_learns_whatever_the_scale_of_the_features(bayes):
    fresh = make_rows(200, seed=1)
    scores = bayes.log_proba(fresh.values)
    assert scores.dtype == np.float32
    assert np.mean(scores.argmax(axis=1) == fresh.genre) > 0.9


def test_a_row_without_weight_teaches_nothing(bayes):
    rows = make_rows(600, seed=0)
    misled = TrainingRows(
        np.concatenate([rows.values, rows.values]),
        np.concatenate([rows.genre, rows.genre[::-1]]),
        np.concatenate([rows.weight, np.zeros(600)]),
    )
    fresh = make_rows(200, seed=1).values
    alone, beside = (train_gaussian_nb(each, GaussianNbParams()).log_proba(fresh) for each in (rows, misled))
    assert np.array_equal(beside.argmax(axis=1), alone.argmax(axis=1))


def test_smoothing_makes_it_less_sure():
    rows, fresh = make_rows(600, seed=0), make_rows(200, seed=1).values
    sharp, smooth = (train_gaussian_nb(rows, GaussianNbParams(value)).log_proba(fresh) for value in (1e-9, 10.0))
    assert smooth.max(axis=1).mean() < sharp.max(axis=1).mean()


def test_its_graph_says_what_the_library_says(bayes):
    fresh = make_rows(200, seed=1).values
    (log_proba,) = open_session(export_gaussian_nb(bayes)).run(None, {"features": fresh})
    np.testing.assert_allclose(log_proba, bayes.log_proba(fresh), atol=2e-2, rtol=1e-3)
    assert np.array_equal(log_proba.argmax(axis=1), bayes.log_proba(fresh).argmax(axis=1))


def test_the_same_model_gives_the_same_bytes(bayes):
    assert export_gaussian_nb(bayes) == export_gaussian_nb(bayes)


def test_it_is_served_as_a_member_of_an_artifact(bayes, tmp_path, song):
    model = export_gaussian_nb(bayes)
    check_graph("gaussian_nb.onnx", model)
    member = MemberEntry("gaussian_nb", "tabular", "gaussian_nb.onnx", 1.0)
    manifest = msgspec.structs.replace(tiny_manifest(), members=(member,))
    write_artifact(tmp_path / "bayes", manifest, {member.file: model})
    prediction = Predictor.load(tmp_path / "bayes").predict(song)
    assert prediction.genre in GTZAN_GENRES
    assert sum(prediction.proba.values()) == pytest.approx(1)
