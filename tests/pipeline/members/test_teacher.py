"""What the member on the backbone teaches."""

from __future__ import annotations

import numpy as np
import pytest

from genrekit.pipeline.members.teacher import teach

RNG = np.random.default_rng(0)
EMBEDDINGS = [RNG.normal(0, 1, (rows, 6)).astype(np.float32) for rows in (4, 1, 7)]
STARTS = [85.0 * np.arange(len(rows)) for rows in EMBEDDINGS]
TAGS = RNG.normal(0, 1, (6, 3))


def head(embedding: np.ndarray) -> np.ndarray:
    logits = embedding[:, :2]
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def test_it_says_of_each_track_what_its_head_says_and_where():
    soft = teach(EMBEDDINGS, STARTS, head, TAGS, sharpness=1.0)
    assert [len(track.proba) for track in soft] == [4, 1, 7]
    np.testing.assert_allclose(soft[2].proba, np.exp(head(EMBEDDINGS[2])), rtol=1e-5)
    np.testing.assert_array_equal(soft[2].start, STARTS[2])


def test_tags_are_standardised_over_all_that_it_teaches():
    outputs = np.concatenate([track.outputs for track in teach(EMBEDDINGS, STARTS, head, TAGS, 1.0)])
    assert outputs.shape == (12, 3)
    assert outputs.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-5)
    assert outputs.std(axis=0) == pytest.approx(np.ones(3), abs=1e-5)


def test_sharpness_makes_it_surer():
    soft, sharp = (teach(EMBEDDINGS, STARTS, head, TAGS, sharpness)[0].proba for sharpness in (1.0, 3.0))
    assert np.all(sharp.max(axis=1) > soft.max(axis=1))
    np.testing.assert_allclose(sharp.sum(axis=1), 1, rtol=1e-5)
