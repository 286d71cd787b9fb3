"""Masks, overlap-add and running moments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signals import noise

from clipfeat.hpss import Moments, OverlapAdd, harmonic_mask
from clipfeat.kernels import _plain
from clipfeat.spectrum import hann


def test_a_steady_tone_is_harmonic_and_a_click_percussive() -> None:
    tones = np.zeros((64, 200), np.float32)
    tones[:, 100] = 1
    clicks = np.zeros((64, 200), np.float32)
    clicks[32] = 1
    assert harmonic_mask(tones, 0, 64)[:, 100].tolist() == [1] * 64
    assert harmonic_mask(clicks, 0, 64)[32].tolist() == [0] * 200


def test_silence_is_shared_evenly() -> None:
    assert set(harmonic_mask(np.zeros((20, 40), np.float32), 0, 32).ravel()) == {0.5}


@settings(deadline=None, max_examples=15)
@given(frames=st.integers(1, 80), bins=st.integers(17, 70), seed=st.integers(0, 99))
def test_blocks_of_the_mask_are_the_mask(frames: int, bins: int, seed: int) -> None:
    magnitude = np.random.default_rng(seed).gamma(0.4, 1, (frames, bins)).astype(np.float32)
    blocks = [harmonic_mask(magnitude, start, start + 16) for start in range(0, frames, 16)]
    mask = np.concatenate(blocks)[:frames]
    along_time, along_frequency = _plain.median31(magnitude, 0), _plain.median31(magnitude, 1)
    np.testing.assert_allclose(mask, along_time**2 / (along_time**2 + along_frequency**2), rtol=1e-5)


@settings(deadline=None, max_examples=30)
@given(n=st.integers(1, 3000), half_hops=st.integers(1, 128), block=st.integers(1, 9), seed=st.integers(0, 99))
def test_overlap_add_gives_the_samples_back(n: int, half_hops: int, block: int, seed: int) -> None:
    n_fft, hop = 256, half_hops
    window = hann(n_fft).astype(np.float32)
    samples = noise(n, seed=seed)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, n_fft // 2), n_fft)[::hop]
    overlap = OverlapAdd(window, hop, len(frames))
    parts = [overlap.push(frames[i : i + block] * window * window) for i in range(0, len(frames), block)]
    rebuilt = np.concatenate([*parts, overlap.finish()])[n_fft // 2 :][:n]
    np.testing.assert_allclose(rebuilt, samples, atol=1e-4)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=8), st.floats(-1e3, 1e3), st.integers(0, 99))
def test_moments_of_blocks_are_the_moments_of_all(sizes: list[int], offset: float, seed: int) -> None:
    values = (np.random.default_rng(seed).standard_normal(sum(sizes)) + offset).astype(np.float32)
    moments = Moments()
    for block in np.split(values, np.cumsum(sizes)[:-1]):
        moments.push(block)
    exact = values.astype(np.float64)
    assert moments.count == len(values)
    assert moments.mean == pytest.approx(exact.mean(), rel=1e-12, abs=1e-12)
    assert moments.variance == pytest.approx(exact.var(), rel=1e-9, abs=1e-12)


def test_empty_blocks_change_nothing() -> None:
    moments = Moments()
    moments.push(np.array([1, 3], np.float32))
    moments.push(np.empty(0, np.float32))
    assert (moments.count, moments.mean, moments.variance) == (2, 2.0, 1.0)
