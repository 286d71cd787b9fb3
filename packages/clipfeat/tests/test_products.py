"""Products in tiles equal products at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipfeat.mel import mel_bank
from clipfeat.products import BandedMatrix, tiled_product


@settings(deadline=None)
@given(m=st.integers(1, 300), k=st.integers(1, 700), n=st.integers(1, 600), seed=st.integers(0, 9))
def test_tiles_give_the_product(m: int, k: int, n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    left, right = random.standard_normal((m, k)), random.standard_normal((k, n))
    np.testing.assert_allclose(tiled_product(left, right), left @ right, atol=1e-10)
    single = tiled_product(left.astype(np.float32), right.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, left @ right, atol=1e-3)


@pytest.mark.parametrize("n_mels", [1, 16, 96, 128, 300])
def test_a_banded_matrix_gives_the_product_of_the_whole(n_mels: int) -> None:
    bank = mel_bank(22_050, 2048, n_mels).T
    left = np.random.default_rng(0).random((77, 1025), np.float32)
    np.testing.assert_allclose(BandedMatrix.of(bank).product(left), left @ bank, rtol=1e-5)


def test_columns_without_any_weight_give_zero() -> None:
    matrix = np.zeros((5, 20), np.float32)
    matrix[2, 18] = 3
    product = BandedMatrix.of(matrix).product(np.ones((2, 5), np.float32))
    assert np.flatnonzero(product[0]).tolist() == [18]
