"""Running medians by shared sorting against a sort of every window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clipfeat import kernels
from clipfeat.medians import mirrored


def sorted_windows(matrix: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The definition: mirror the ends, sort 31 values, take the middle one."""
    lines = np.moveaxis(matrix, axis, -1)
    padded = lines[..., mirrored(np.arange(-15, lines.shape[-1] + 15), lines.shape[-1])]
    windows = np.lib.stride_tricks.sliding_window_view(padded, 31, axis=-1)
    return np.moveaxis(np.sort(windows, axis=-1)[..., 15], -1, axis)


@settings(deadline=None, max_examples=40)
@given(
    rows=st.integers(1, 70),
    columns=st.integers(1, 70),
    axis=st.integers(0, 1),
    seed=st.integers(0, 999),
    levels=st.sampled_from([2, 5, 1 << 20]),
)
def test_every_window_gives_its_middle_value(rows: int, columns: int, axis: int, seed: int, levels: int) -> None:
    # Few levels make many ties.
    matrix = np.random.default_rng(seed).integers(0, levels, (rows, columns)).astype(np.float32)
    for name in kernels.available_kernels():
        with kernels.use_kernel(name):
            np.testing.assert_array_equal(kernels.median31(matrix, axis), sorted_windows(matrix, axis), err_msg=name)


@pytest.mark.parametrize("axis", [0, 1])
def test_equals_scipy_bit_by_bit(axis: int, kernel: str) -> None:
    ndimage = pytest.importorskip("scipy.ndimage", reason="SciPy is not installed")
    matrix = np.random.default_rng(1).gamma(0.3, 1.0, (150, 1025)).astype(np.float32)
    expected = ndimage.median_filter(matrix, size=(31, 1) if axis == 0 else (1, 31), mode="reflect")
    np.testing.assert_array_equal(kernels.median31(matrix, axis), expected)


def test_input_is_left_alone(kernel: str) -> None:
    matrix = np.random.default_rng(2).random((40, 50), np.float32)
    before = matrix.copy()
    kernels.median31(matrix, 0)
    np.testing.assert_array_equal(matrix, before)


def test_mirrored_repeats_the_edges_again_and_again() -> None:
    assert mirrored(np.arange(-5, 6), 2).tolist() == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]
    assert mirrored(np.arange(-3, 3), 1).tolist() == [0] * 6
