"""The mel front end of the MusiCNN nets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clipfeat.errors import AudioError
from clipfeat.matrices import extract_musicnn_mel
from clipfeat.musicnn import mel_filters, musicnn_mel_power


def noise(n_samples: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-1, 1, n_samples).astype(np.float32)


def test_equals_librosa_with_zero_padding() -> None:
    librosa = pytest.importorskip("librosa")
    samples = noise(80_000)
    mel = librosa.feature.melspectrogram(
        y=samples, sr=16_000, n_fft=512, hop_length=256, n_mels=96, fmin=0, fmax=8_000, pad_mode="constant"
    )
    np.testing.assert_allclose(musicnn_mel_power(samples), mel.T, rtol=2e-5, atol=1e-7)


def test_one_frame_equals_the_definition_in_float64() -> None:
    samples = noise(4_000)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(512) / 512)
    spectrum = np.abs(np.fft.rfft(samples[5 * 256 - 256 : 5 * 256 + 256].astype(np.float64) * window)) ** 2
    np.testing.assert_allclose(musicnn_mel_power(samples)[5], spectrum @ mel_filters(), rtol=1e-5)


def test_frames_beyond_the_ends_see_zeros() -> None:
    samples = noise(1_000)
    longer = np.concatenate((np.zeros(512, np.float32), samples, np.zeros(512, np.float32)))
    np.testing.assert_array_equal(musicnn_mel_power(samples), musicnn_mel_power(longer)[2:6])


def test_log_is_of_one_plus_ten_thousand_times_the_power() -> None:
    samples = noise(3_000)
    expected = np.log10(1 + 10_000 * musicnn_mel_power(samples).astype(np.float64))
    np.testing.assert_allclose(extract_musicnn_mel(samples), expected, rtol=1e-6)


def test_silence_is_zero() -> None:
    np.testing.assert_array_equal(extract_musicnn_mel(np.zeros(2_560, np.float32)), np.zeros((11, 96), np.float32))


def test_loud_input_stays_finite() -> None:
    assert np.isfinite(extract_musicnn_mel(1e4 * noise(16_000))).all()


@settings(max_examples=30, deadline=None)
@given(n_samples=st.integers(1, 200_000))
def test_there_is_a_frame_every_256_samples(n_samples: int) -> None:
    mel = extract_musicnn_mel(noise(n_samples))
    assert mel.shape == (1 + n_samples // 256, 96)
    assert mel.dtype == np.float32


@settings(max_examples=20, deadline=None)
@given(start=st.integers(0, 300))
def test_a_frame_depends_on_its_samples_alone(start: int) -> None:
    samples = noise(100_000)
    shifted = musicnn_mel_power(samples[start * 256 :])
    np.testing.assert_allclose(shifted[1:], musicnn_mel_power(samples)[start + 1 :], rtol=1e-5)


def test_each_band_weighs_its_filter_by_area() -> None:
    filters = mel_filters()
    assert filters.shape == (257, 96)
    assert (filters >= 0).all()
    # High bands span many bins, so that their sampled area comes close to one.
    np.testing.assert_allclose(filters[:, 60:].sum(axis=0) * 16_000 / 512, 1.0, rtol=0.05)


@pytest.mark.parametrize("samples", [np.empty(0, np.float32), np.zeros((100, 2), np.float32)])
def test_no_or_stereo_samples_are_refused(samples: NDArray[np.float32]) -> None:
    with pytest.raises(AudioError, match="mono"):
        musicnn_mel_power(samples)
