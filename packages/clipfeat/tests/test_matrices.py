"""Log-mel, cepstra and the mel bands of MusiCNN."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from settings_tried import CONFIGS
from signals import half_silent, music, noise

from clipfeat import (
    AudioError,
    FeatureConfig,
    extract_logmel,
    extract_mfcc,
    extract_musicnn_mel,
    extract_tabular,
    kernels,
    musicnn_mel_power,
)


@pytest.mark.parametrize("name", CONFIGS)
def test_logmel_equals_librosa(name: str, kernel: str, golden: dict[str, NDArray[np.float64]]) -> None:
    levels = extract_logmel(music(0.7), CONFIGS[name])
    assert levels.dtype == np.float32
    np.testing.assert_allclose(levels, golden[f"logmel/{name}"], atol=1e-3, rtol=0)


@pytest.mark.parametrize("name", CONFIGS)
def test_mfcc_equals_librosa(name: str, kernel: str, golden: dict[str, NDArray[np.float64]]) -> None:
    cepstra = extract_mfcc(music(0.7), CONFIGS[name])
    assert cepstra.dtype == np.float32
    np.testing.assert_allclose(cepstra, golden[f"mfcc/{name}"], atol=2e-3, rtol=0)


@pytest.mark.parametrize("recipe", ["modern", "legacy"])
def test_matrices_are_those_behind_the_tabular_columns(recipe: str, kernel: str) -> None:
    config = FeatureConfig(recipe=recipe)
    row, cepstra = extract_tabular(music(), config), extract_mfcc(music(), config).astype(np.float64)
    np.testing.assert_allclose(row[17::2], cepstra.mean(axis=1), atol=1e-4)
    np.testing.assert_allclose(row[18::2], cepstra.var(axis=1), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("extract", [extract_logmel, extract_mfcc])
def test_one_column_a_frame(extract: object, kernel: str) -> None:
    config = FeatureConfig()
    for n in (1, 511, 512, 2048, 5000):
        assert extract(noise(n), config).shape[1] == config.n_frames(n)


def test_levels_span_80_decibels_at_most(kernel: str) -> None:
    levels = extract_logmel(half_silent())
    assert levels.max() - levels.min() == pytest.approx(80, abs=1e-4)


def test_musicnn_mel_is_the_logarithm_of_its_power(kernel: str) -> None:
    samples = noise(16_000)
    power = musicnn_mel_power(samples)
    assert power.shape == (1 + 16_000 // 256, 96)
    np.testing.assert_allclose(extract_musicnn_mel(samples), np.log10(1 + 10_000 * power), rtol=1e-6)


@settings(deadline=None, max_examples=20)
@given(n=st.integers(1, 9000), seed=st.integers(0, 1000), exponent=st.floats(-5, 1))
def test_every_kernel_equals_the_specification(n: int, seed: int, exponent: float) -> None:
    samples = noise(n, 10**exponent, seed)
    with kernels.use_kernel("plain"):
        specified = [extract_logmel(samples), extract_mfcc(samples), extract_musicnn_mel(samples)]
    for name in kernels.available_kernels():
        with kernels.use_kernel(name):
            actual = [extract_logmel(samples), extract_mfcc(samples), extract_musicnn_mel(samples)]
        for got, wanted in zip(actual, specified, strict=True):
            np.testing.assert_allclose(got, wanted, atol=1e-3, rtol=0, err_msg=name)


@pytest.mark.parametrize("extract", [extract_logmel, extract_mfcc, extract_musicnn_mel, musicnn_mel_power])
def test_bad_samples_are_refused(extract: object) -> None:
    with pytest.raises(AudioError, match="no samples"):
        extract(np.zeros(0, np.float32))
    with pytest.raises(AudioError, match="not finite"):
        extract(np.array([0, np.nan], np.float32))
