"""Onsets and tempo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipfeat.rhythm import onset_strength, tempo_grid, tempo_of

GRID = tempo_grid(22_050, 2048, 512)


def test_grid_excludes_320_bpm_and_prefers_120() -> None:
    assert len(GRID.window) == 344
    assert np.flatnonzero(np.isfinite(GRID.prior))[0] == 9
    assert GRID.bpm[GRID.prior.argmax()] == pytest.approx(120, abs=3)
    assert GRID.onset_delay == 2


def test_onsets_are_the_median_rise_shifted_to_the_centre_of_the_frame() -> None:
    levels = np.zeros((8, 3), np.float32)
    levels[3] = 6, 2, 1
    levels[4] = 6, 9, 1
    assert onset_strength(levels, 2).tolist() == [0, 0, 0, 0, 0, 2, 0, 0]


def test_falling_levels_are_no_onsets() -> None:
    assert not onset_strength(np.linspace(0, -50, 30, dtype=np.float32)[:, None], 2).any()


@pytest.mark.parametrize("n_frames", [1, 2, 3])
def test_clips_shorter_than_the_delay_have_no_onset(n_frames: int) -> None:
    assert onset_strength(np.eye(n_frames, 4, dtype=np.float32), 2).tolist() == [0] * n_frames


@pytest.mark.parametrize("lag", [15, 20, 21, 30])
def test_a_regular_pulse_has_its_tempo(lag: int) -> None:
    pulse = np.zeros(1300, np.float32)
    pulse[::lag] = 1
    assert tempo_of(pulse, GRID) in (pytest.approx(60 * 22_050 / 512 / lag), pytest.approx(30 * 22_050 / 512 / lag))


def test_no_onset_has_no_tempo() -> None:
    assert tempo_of(np.zeros(100, np.float32), GRID) == 0.0


@given(n_frames=st.integers(1, 60), seed=st.integers(0, 99))
def test_any_onsets_give_a_tempo_of_the_grid(n_frames: int, seed: int) -> None:
    onsets = np.random.default_rng(seed).gamma(0.5, 1, n_frames).astype(np.float32) + np.float32(1e-3)
    assert tempo_of(onsets, GRID) in GRID.bpm[9:]


@given(st.sampled_from([1000, 8000, 22_050, 48_000]), st.sampled_from([32, 512, 4096]))
def test_every_allowed_setting_has_at_least_one_tempo(rate: int, n_fft: int) -> None:
    hop = min(n_fft // 2, rate)
    grid = tempo_grid(rate, n_fft, hop)
    assert np.isfinite(grid.prior).any()
