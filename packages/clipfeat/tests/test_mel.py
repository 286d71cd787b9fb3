"""Mel bands, decibels and cepstra."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipfeat.mel import cepstrum, dct_matrix, decibels, mel_bank, mel_edges


def test_slaneys_scale_is_linear_up_to_1_khz_and_logarithmic_above() -> None:
    edges = mel_edges(128, 11_025)
    assert edges[0] == 0
    assert edges[-1] == pytest.approx(11_025)
    below, above = edges[edges < 1000], edges[edges > 1000]
    np.testing.assert_allclose(np.diff(below), np.diff(below)[0])
    np.testing.assert_allclose(above[1:] / above[:-1], above[1] / above[0])


def test_a_top_below_the_knee_is_all_linear() -> None:
    np.testing.assert_allclose(mel_edges(4, 500), np.linspace(0, 500, 6))


def test_triangles_have_unit_area_and_overlap_in_pairs() -> None:
    bank = mel_bank(22_050, 8192, 40)
    np.testing.assert_allclose(bank.sum(axis=1) * 22_050 / 8192, 1, rtol=0.02)
    assert np.count_nonzero(bank, axis=0).max() == 2


@pytest.mark.parametrize(("rate", "n_fft", "n_mels"), [(22_050, 2048, 128), (16_000, 512, 96), (8000, 500, 40)])
def test_bank_equals_librosa(rate: int, n_fft: int, n_mels: int) -> None:
    librosa = pytest.importorskip("librosa", reason="librosa is not installed")
    expected = librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=n_mels)
    np.testing.assert_allclose(mel_bank(rate, n_fft, n_mels), expected, rtol=1e-4, atol=1e-8)


def test_decibels_have_a_floor_under_the_loudest_and_under_all() -> None:
    assert decibels(np.array([1, 0.1, 1e-9], np.float32)).tolist() == pytest.approx([0, -10, -80])
    assert decibels(np.zeros(3, np.float32)).tolist() == [-100] * 3
    assert decibels(np.array([1e-5, 0], np.float32)).tolist() == pytest.approx([-50, -100], abs=1e-4)


@given(n_mels=st.integers(1, 60))
def test_dct_is_orthonormal(n_mels: int) -> None:
    matrix = dct_matrix(n_mels, n_mels)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(n_mels), atol=1e-12)


def test_constant_frames_leave_exact_zeros() -> None:
    cepstra = cepstrum(np.full((3, 128), -100, np.float32), dct_matrix(20, 128))
    assert cepstra[:, 0].tolist() == pytest.approx([-100 * np.sqrt(128)] * 3)
    assert not cepstra[:, 1:].any()


def test_lowest_level_comes_back_in_the_first_coefficient() -> None:
    levels = np.random.default_rng(0).uniform(-80, 0, (4, 64)).astype(np.float32)
    expected = levels.astype(np.float64) @ dct_matrix(13, 64).T
    np.testing.assert_allclose(cepstrum(levels, dct_matrix(13, 64)), expected, atol=1e-9)
