"""Pitch peaks, tuning and chroma."""

import numpy as np
import pytest
from signals import RATE, tone

from clipfeat.chroma import PitchPeaks, chroma_bank, find_peaks, normalise_frames, tuning_of
from clipfeat.config import FeatureConfig
from clipfeat.plan import plan_for
from clipfeat.spectrum import SCALE, hann, magnitudes, spectra

A4_ROW = 9


def power_of(samples: np.ndarray) -> np.ndarray:
    return np.square(magnitudes(spectra(samples[None, :2048], hann(2048) * SCALE)))


@pytest.mark.parametrize("frequency", [440.0, 453.0, 1234.5])
def test_a_peak_lies_at_the_frequency_of_the_tone(frequency: float) -> None:
    plan = plan_for(FeatureConfig())
    peaks = find_peaks(power_of(tone(frequency)), plan.pitch_bins, plan.hz_per_bin)
    strongest = peaks.pitches[peaks.powers.argmax()]
    assert strongest == pytest.approx(frequency, abs=1.5)


def test_peaks_under_a_tenth_of_the_frame_or_outside_the_band_do_not_count() -> None:
    power = np.zeros((1, 50), np.float32)
    power[0, [5, 20, 30]] = 1, 0.09, 0.5
    assert find_peaks(power, range(10, 40), 1.0).pitches.tolist() == [30]
    assert find_peaks(power, range(0), 1.0).pitches.size == 0


def test_a_plateau_counts_once_at_its_left_end() -> None:
    power = np.zeros((1, 50), np.float32)
    power[0, 20:22] = 1
    assert find_peaks(power, range(10, 40), 1.0).pitches.tolist() == [20.5]


@pytest.mark.parametrize("cents", [-40, -15, 0, 25, 45])
def test_tuning_is_the_deviation_of_the_strong_peaks(cents: int) -> None:
    pitches = (440 * 2 ** ((np.arange(12) + cents / 100 + 0.001) / 12)).astype(np.float32)
    assert tuning_of(PitchPeaks(pitches, np.ones(12, np.float32))) == 50 + cents


def test_weak_peaks_do_not_vote() -> None:
    pitches = np.array([440 * 2 ** (0.3 / 12)] * 5 + [440.1] * 6, np.float32)
    powers = np.array([0.1] * 5 + [1] * 6, np.float32)
    assert tuning_of(PitchPeaks(pitches, powers)) == 50


def test_no_peaks_mean_concert_pitch() -> None:
    assert tuning_of(PitchPeaks(np.empty(0, np.float32), np.empty(0, np.float32))) == 50


def test_joined_peaks_are_all_peaks() -> None:
    parts = [PitchPeaks(np.full(n, n, np.float32), np.full(n, 0.5, np.float32)) for n in (2, 0, 3)]
    assert PitchPeaks.joined(parts).pitches.tolist() == [2, 2, 3, 3, 3]


def test_a_440_hz_tone_is_an_a() -> None:
    chroma = power_of(tone(440)) @ chroma_bank(RATE, 2048, 50).T
    assert normalise_frames(chroma, 1e-30)[0].argmax() == A4_ROW


@pytest.mark.parametrize("tuning", [0, 37, 50, 99])
def test_bank_equals_librosa(tuning: int) -> None:
    librosa = pytest.importorskip("librosa", reason="librosa is not installed")
    edge = np.linspace(-0.5, 0.5, 101)[tuning]
    expected = librosa.filters.chroma(sr=RATE, n_fft=2048, tuning=edge)
    np.testing.assert_allclose(chroma_bank(RATE, 2048, tuning), expected, atol=1e-6)


def test_frames_are_divided_by_their_maximum_unless_silent() -> None:
    energy = np.zeros((2, 12), np.float32)
    energy[0, :3] = 1, 4, 2
    energy[1, 0] = 1e-3
    normalised = normalise_frames(energy, 1e-2)
    assert normalised[0, :3].tolist() == [0.25, 1, 0.5]
    assert normalised[1, 0] == pytest.approx(1e-3 / SCALE**2)
