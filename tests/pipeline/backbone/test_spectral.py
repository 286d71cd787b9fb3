"""The fast way to the best place of a filter gives what the direct sum gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from genrekit.pipeline.backbone.spectral import Transform, plan_transform

Array = NDArray[np.float64]


def best_place(plan: Transform, signal: Array, kernel: Array) -> float:
    """Follow the matrices for one signal and one kernel."""
    filled = np.zeros(plan.pieces * plan.piece_width)
    filled[: kernel.size] = kernel
    parts = filled.reshape(plan.pieces, plan.piece_width) @ plan.kernel
    ordered = parts.reshape(plan.pieces, plan.bins, 2).transpose(1, 0, 2).reshape(plan.bins, -1)
    real = (ordered * (plan.real @ signal).reshape(plan.bins, -1)).sum(axis=1)
    imaginary = (ordered * (plan.imaginary @ signal).reshape(plan.bins, -1)).sum(axis=1)
    return float((plan.even @ real + np.abs(plan.odd @ imaginary)).max())


@given(
    width=st.integers(1, 96),
    pieces=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_equals_the_largest_of_the_direct_sums(width: int, pieces: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    signal, kernel = rng.standard_normal(96), rng.standard_normal(width)
    expected = np.correlate(signal, kernel, mode="valid").max()
    assert best_place(plan_transform(96, width, pieces), signal, kernel) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(("width", "pieces", "bins", "rows"), [(38, 1, 49, 30), (67, 2, 32, 15)])
def test_half_the_places_are_computed(width: int, pieces: int, bins: int, rows: int) -> None:
    plan = plan_transform(96, width, pieces)
    assert plan.bins == bins
    assert plan.even.shape == plan.odd.shape == (rows, bins)


def test_costs_a_third_of_the_direct_sum() -> None:
    direct = fast = 0
    for width, pieces in ((38, 1), (67, 2)):
        plan = plan_transform(96, width, pieces)
        direct += 7 * width * (96 - width + 1)
        fast += 2 * plan.bins * 7 * plan.pieces * 2 + 2 * plan.even.size
    assert fast < direct / 3
