"""What one frame says by itself, against definitions in double precision."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signals import noise, tone

from clipfeat.spectrum import (
    SCALE,
    centroid_and_bandwidth,
    frame_levels,
    hann,
    magnitudes,
    rolloff_bins,
    spectra,
    zero_crossing_rates,
)


def test_window_is_periodic() -> None:
    window = hann(8)
    assert window[0] == 0
    assert window[4] == 1
    np.testing.assert_allclose(window[1:], window[:0:-1])


def test_a_sine_on_a_bin_has_half_the_window_in_that_bin() -> None:
    frame = tone(1000, 2048, 1.0, 2048 * 1000 // 100)
    spectrum = magnitudes(spectra(frame[None], hann(2048) * SCALE))[0]
    assert spectrum.argmax() == 100
    assert spectrum[100] / SCALE == pytest.approx(2048 / 4, rel=1e-5)


def test_magnitude_of_faint_samples_does_not_underflow() -> None:
    spectrum = magnitudes(spectra(noise(2048, 1e-20)[None], hann(2048) * SCALE))
    assert (spectrum > 0).mean() > 0.99
    assert (np.square(spectrum) > 0).mean() > 0.99


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(2, 40))
def test_centroid_and_bandwidth_are_mean_and_deviation(seed: int, bins: int) -> None:
    magnitude = np.random.default_rng(seed).gamma(0.5, 1, (5, bins)).astype(np.float32) + np.float32(1e-3)
    centroid, bandwidth = centroid_and_bandwidth(magnitude, 10.0)
    for row, mean, deviation in zip(magnitude.astype(np.float64), centroid, bandwidth, strict=True):
        hertz = 10.0 * np.arange(bins)
        assert mean == pytest.approx(np.average(hertz, weights=row))
        assert deviation == pytest.approx(np.sqrt(np.average((hertz - mean) ** 2, weights=row)), abs=1e-4)


def test_silence_has_centroid_bandwidth_and_rolloff_zero() -> None:
    silence = np.zeros((2, 9), np.float32)
    assert [curve.tolist() for curve in centroid_and_bandwidth(silence, 10.0)] == [[0, 0], [0, 0]]
    assert rolloff_bins(silence).tolist() == [0, 0]


def test_rolloff_is_the_first_bin_that_reaches_85_percent() -> None:
    assert rolloff_bins(np.array([[8, 0.4, 1.6], [1, 0, 0], [0, 0, 1]], np.float32)).tolist() == [2, 0, 2]
    assert rolloff_bins(np.ones((1, 100), np.float32)).tolist() == [84]


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, 3000), hop=st.integers(1, 256), seed=st.integers(0, 99))
def test_level_is_the_root_mean_square_of_each_frame(n: int, hop: int, seed: int) -> None:
    padded = np.pad(noise(n, seed=seed), 256)
    frames = np.lib.stride_tricks.sliding_window_view(padded.astype(np.float64), 512)[::hop]
    np.testing.assert_allclose(frame_levels(padded, 512, hop), np.sqrt((frames**2).mean(axis=1)), rtol=1e-9, atol=1e-15)


def test_silence_after_a_loud_passage_is_exactly_silent() -> None:
    padded = np.concatenate([noise(4096, 1e3), np.zeros(4096, np.float32)])
    assert frame_levels(padded, 512, 128)[-1] == 0


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, 3000), hop=st.integers(1, 256), seed=st.integers(0, 99))
def test_crossings_are_sign_changes_inside_a_frame(n: int, hop: int, seed: int) -> None:
    samples = np.sign(noise(n, seed=seed)) * (noise(n, seed=seed + 1) > 0)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, 256, mode="edge"), 512)[::hop]
    changes = np.diff((frames < 0).astype(int), axis=1)
    np.testing.assert_array_equal(zero_crossing_rates(samples, 512, hop), np.abs(changes).sum(axis=1) / 512)


def test_values_within_the_threshold_are_positive_zero() -> None:
    samples = np.tile(np.array([1e-11, -1e-11], np.float32), 500)
    assert zero_crossing_rates(samples, 512, 128).max() == 0
