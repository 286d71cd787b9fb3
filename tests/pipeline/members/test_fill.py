"""Embeddings estimated from published tags."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genrekit.pipeline.members.fill import fit_fill, tag_logits
from genrekit.pipeline.settings import FillParams

RNG = np.random.default_rng(0)
MIXING = RNG.normal(0, 1, (5, 12))


def music(n_rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Tags, and embeddings that follow from their logits."""
    logits = np.random.default_rng(seed).normal(0, 1.5, (n_rows, 5))
    return 1 / (1 + np.exp(-logits)), np.tanh(logits) @ MIXING + 3


KNOWN = music(300, 1)
NEW = music(50, 2)


def explained(params: FillParams) -> float:
    estimate = fit_fill(*KNOWN, params).embed(NEW[0])
    return float(1 - np.sum((estimate - NEW[1]) ** 2) / np.sum((NEW[1] - KNOWN[1].mean(axis=0)) ** 2))


def test_tells_most_of_what_the_tags_determine() -> None:
    assert explained(FillParams(ridge=0.01)) > 0.95


def test_a_stronger_ridge_stays_nearer_to_the_mean() -> None:
    centre = KNOWN[1].mean(axis=0)
    ways = [
        np.linalg.norm(fit_fill(*KNOWN, FillParams(ridge=ridge)).embed(NEW[0]) - centre) for ridge in (0.1, 10, 1e6)
    ]
    assert ways[0] > ways[1] > ways[2]
    assert ways[2] < 1e-2 * ways[0]


def test_far_from_all_that_is_known_it_says_the_mean() -> None:
    estimate = fit_fill(*KNOWN, FillParams()).embed(np.array([[1.0, 0.0, 1.0, 0.0, 1.0]]))
    assert estimate[0] == pytest.approx(KNOWN[1].mean(axis=0), abs=1e-3)


def test_agrees_with_kernel_ridge_regression_of_another_hand() -> None:
    kernel_ridge = pytest.importorskip("sklearn.kernel_ridge")
    logits = tag_logits(KNOWN[0])
    mean, scale, centre = logits.mean(axis=0), logits.std(axis=0), KNOWN[1].mean(axis=0)
    other = kernel_ridge.KernelRidge(alpha=10, kernel="rbf", gamma=0.3 / 5)
    other.fit((logits - mean) / scale, KNOWN[1] - centre)
    expected = other.predict((tag_logits(NEW[0]) - mean) / scale) + centre
    np.testing.assert_allclose(fit_fill(*KNOWN, FillParams()).embed(NEW[0]), expected, atol=1e-5)


def test_single_precision_in_single_precision_out() -> None:
    fill = fit_fill(KNOWN[0].astype(np.float32), KNOWN[1].astype(np.float32), FillParams())
    estimate = fill.embed(NEW[0].astype(np.float32))
    assert estimate.dtype == np.float32
    np.testing.assert_allclose(estimate, fit_fill(*KNOWN, FillParams()).embed(NEW[0]), atol=1e-4)


def test_one_row_alone_is_estimated_as_among_others() -> None:
    fill = fit_fill(*KNOWN, FillParams())
    np.testing.assert_allclose(fill.embed(NEW[0][:1])[0], fill.embed(NEW[0])[0], atol=1e-6)


def test_a_tag_that_never_varies_does_no_harm() -> None:
    constant = np.concatenate([KNOWN[0], np.full((300, 1), 0.5)], axis=1)
    estimate = fit_fill(constant, KNOWN[1], FillParams()).embed(constant[:3])
    assert np.isfinite(estimate).all()


def test_logits_of_certainties_are_finite_and_odd() -> None:
    logits = tag_logits(np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
    assert logits == pytest.approx(-logits[::-1])
    assert logits[3] == pytest.approx(np.log(3))
    assert np.isfinite(logits).all()


def test_smoothness_is_part_of_what_was_fitted() -> None:
    smooth, rough = (fit_fill(*KNOWN, FillParams(gamma=gamma)) for gamma in (0.1, 3.0))
    assert (smooth.gamma, rough.gamma) == (0.1, 3.0)
    assert not np.allclose(smooth.embed(NEW[0]), replace(smooth, gamma=3.0).embed(NEW[0]))
