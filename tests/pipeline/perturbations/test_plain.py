import numpy as np
import pytest

from genrekit.pipeline.perturbations import plain
from genrekit.values import Waveform
from tests.making import make_music

SOUND = Waveform(make_music(2.0), 22_050)
RNG = np.random.default_rng(0)


def level(samples):
    return 20 * np.log10(plain.root_mean_square(samples))


def band_level(waveform, low, high):
    power = np.abs(np.fft.rfft(waveform.samples)) ** 2
    hertz = np.fft.rfftfreq(len(waveform.samples), 1 / waveform.sample_rate)
    return 10 * np.log10(power[(hertz >= low) & (hertz < high)].sum() + 1e-12)


@pytest.mark.parametrize("decibels", [-30, -12, 6])
def test_a_gain_moves_the_level_by_its_decibels(decibels):
    assert level(plain.gain(SOUND, RNG, decibels).samples) - level(SOUND.samples) == pytest.approx(decibels, abs=0.01)


def test_a_clipped_gain_cuts_at_full_scale():
    samples = plain.clipped_gain(SOUND, RNG, 12).samples
    assert np.abs(samples).max() == 1
    assert 0.02 < np.mean(np.abs(samples) == 1) < 0.9


@pytest.mark.parametrize("below", [0, 10, 30])
def test_noise_lies_so_many_decibels_below(below):
    noisy = plain.noise(SOUND, np.random.default_rng(0), below)
    assert level(SOUND.samples) - level(noisy.samples - SOUND.samples) == pytest.approx(below, abs=0.1)


def test_a_shift_starts_later():
    shifted = plain.shift(SOUND, RNG, 0.5)
    assert np.array_equal(shifted.samples, SOUND.samples[11_025:])


def test_another_rate_lasts_as_long():
    other = plain.rate(SOUND, RNG, 8000)
    assert (other.sample_rate, other.duration) == (8000, pytest.approx(SOUND.duration, abs=1e-3))


def test_a_low_pass_takes_what_lies_above():
    through = plain.low_pass(SOUND, RNG, 1700)
    assert band_level(SOUND, 4000, 11_000) - band_level(through, 4000, 11_000) > 30
    assert band_level(SOUND, 50, 1000) == pytest.approx(band_level(through, 50, 1000), abs=0.5)
