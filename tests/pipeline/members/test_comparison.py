"""Classic models on the table."""

from __future__ import annotations

import numpy as np
import pytest

from genrekit.pipeline.members.comparison import MODELS, log_scores, make_model


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
