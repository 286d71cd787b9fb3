import numpy as np
import pytest

from genrekit.pipeline.perturbations import speed
from genrekit.values import Waveform

RATE = 22_050
RNG = np.random.default_rng(0)


def tone(hertz, seconds=3.0):
    return Waveform(np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE).astype(np.float32), RATE)


def loudest(waveform):
    middle = waveform.samples[len(waveform.samples) // 4 : 3 * len(waveform.samples) // 4]
    return np.abs(np.fft.rfft(middle * np.hanning(len(middle)))).argmax() * waveform.sample_rate / len(middle)


@pytest.mark.parametrize("factor", [0.85, 1.0, 1.15])
def test_tempo_changes_and_pitch_stays(factor):
    out = speed.stretch(tone(440), RNG, factor)
    assert out.duration == pytest.approx(3.0 / factor, abs=0.01)
    assert loudest(out) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("semitones", [-2, 1, 2])
def test_pitch_changes_and_tempo_stays(semitones):
    out = speed.pitch(tone(440), RNG, semitones)
    assert out.duration == pytest.approx(3.0, abs=0.02)
    assert loudest(out) == pytest.approx(440 * 2 ** (semitones / 12), rel=0.005)


def test_played_as_fast_as_before_nothing_changes():
    sound = tone(440)
    out = speed.stretch(sound, RNG, 1.0)
    assert out.samples[2000:-4000] == pytest.approx(sound.samples[2000:-4000], abs=0.01)
