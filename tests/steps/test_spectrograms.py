"""The spectral view."""

from __future__ import annotations

import numpy as np
import pytest

import clipfeat
from genrekit.steps.spectrograms import spectral_view, track_frames
from tests.making import make_music

CONFIG = clipfeat.FeatureConfig(n_mels=32, n_mfcc=16)
SECOND = CONFIG.sample_rate


@pytest.mark.parametrize(("kind", "bands"), [("logmel", 32), ("mfcc", 16)])
def test_windows_lie_side_by_side_and_hold_the_frames_of_the_whole_track(kind, bands):
    samples = make_music(5.0)
    view = spectral_view(samples, kind, CONFIG, window_frames=40, hop_frames=40)
    frames = track_frames(samples, kind, CONFIG)
    assert view.values.shape == (5, bands, 40)
    assert view.values.dtype == np.float32
    np.testing.assert_array_equal(view.values[3], frames[:, 120:160])
    assert view.spans[3] == pytest.approx([120 * 512 / SECOND, 159 * 512 / SECOND])
    assert np.all(view.spans[:, 1] <= 5.0)


def test_a_track_shorter_than_a_window_is_one_window_of_its_own_length():
    view = spectral_view(make_music(1.0), "logmel", CONFIG, window_frames=86, hop_frames=86)
    assert view.values.shape == (1, 32, 1 + SECOND // 512)


def test_a_pause_is_left_out():
    samples = np.concatenate([make_music(3.0), np.zeros(3 * SECOND, np.float32), make_music(3.0)])
    view = spectral_view(samples, "logmel", CONFIG, window_frames=43, hop_frames=43)
    middles = view.spans.mean(axis=1)
    assert not np.any((middles > 3.6) & (middles < 5.4))
    assert np.any(middles < 3)
    assert np.any(middles > 6)


def test_one_window_always_stays():
    quiet = np.full(SECOND, 1e-6, np.float32)
    assert len(spectral_view(quiet, "logmel", CONFIG, window_frames=40, hop_frames=40).values) == 1
