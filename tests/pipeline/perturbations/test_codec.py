import numpy as np
import pytest

import clipfeat
from genrekit.pipeline.perturbations import codec
from genrekit.values import Waveform
from tests.making import make_music

SOUND = Waveform(make_music(3.0), 22_050)


def likeness(out):
    """Correlation with the original at the best lag within a tenth of a second."""
    samples = clipfeat.resample(out.samples, out.sample_rate, 22_050)
    size = min(len(samples), len(SOUND.samples))
    spectra = np.conj(np.fft.rfft(SOUND.samples[:size])) * np.fft.rfft(samples[:size])
    peak = np.fft.irfft(spectra)[:2205].max()
    return peak / np.sqrt((SOUND.samples[:size] ** 2).sum() * (samples[:size] ** 2).sum())


@pytest.mark.parametrize(("change", "kilobits", "rate"), [(codec.mp3, 128, 44_100), (codec.mono_mp3, 33, 22_050)])
def test_it_comes_back_at_the_codecs_rate_much_like_itself(change, kilobits, rate):
    out = change(SOUND, np.random.default_rng(0), kilobits)
    assert out.sample_rate == rate
    assert out.duration == pytest.approx(SOUND.duration, abs=0.1)
    assert likeness(out) > 0.98


def test_fewer_bits_lose_more():
    rough, fine = (likeness(codec.mp3(SOUND, np.random.default_rng(0), bits)) for bits in (32, 128))
    assert rough < fine
