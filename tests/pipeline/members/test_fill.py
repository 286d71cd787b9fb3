import numpy as np
import pytest

from genrekit.pipeline.members.fill import FillParams, fit_fill, tag_logits

GENERATOR = np.random.default_rng(0)
HIDDEN = GENERATOR.normal(0, 1, (300, 5))
TAGS = 1 / (1 + np.exp(-HIDDEN @ GENERATOR.normal(0, 1, (5, 12))))
EMBEDDING = np.tanh(HIDDEN @ GENERATOR.normal(0, 1, (5, 20))) + 3.0


def test_logits_undo_the_sigmoid_and_stay_finite():
    assert tag_logits(np.array([0.5, 0.75])) == pytest.approx([0.0, np.log(3)])
    assert np.isfinite(tag_logits(np.array([0.0, 1.0]))).all()


def test_what_tags_tell_of_an_embedding_is_found_on_rows_never_seen():
    fill = fit_fill(TAGS[:200], EMBEDDING[:200], FillParams(ridge=0.1))
    estimated = fill.embed(TAGS[200:])
    assert estimated.shape == (100, 20)
    error = np.mean((estimated - EMBEDDING[200:]) ** 2)
    assert error < 0.3 * np.var(EMBEDDING[200:], axis=0).mean()


def test_a_strong_ridge_draws_towards_the_mean():
    fill = fit_fill(TAGS, EMBEDDING, FillParams(ridge=1e9))
    assert fill.embed(TAGS) == pytest.approx(np.tile(EMBEDDING.mean(axis=0), (300, 1)), abs=1e-3)


def test_tags_like_none_before_get_the_mean():
    fill = fit_fill(TAGS, EMBEDDING, FillParams(gamma=50.0))
    strange = np.where(np.arange(12) % 2, 1.0, 0.0)[None]
    assert fill.embed(strange)[0] == pytest.approx(EMBEDDING.mean(axis=0), abs=1e-3)
