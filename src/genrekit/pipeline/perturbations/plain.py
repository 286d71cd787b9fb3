"""Gain, clipping, noise, shift, other rates and low-pass: what happens to every recording sooner or later."""

from __future__ import annotations

import numpy as np
from scipy import signal

import clipfeat
from genrekit.values import FloatArray, Waveform


def changed(waveform: Waveform, samples: FloatArray) -> Waveform:
    """Other samples at the same rate."""
    return Waveform(np.ascontiguousarray(samples, dtype=np.float32), waveform.sample_rate)


def untouched(waveform: Waveform, _: np.random.Generator) -> Waveform:
    """The recording as it is."""
    return waveform


def gain(waveform: Waveform, _: np.random.Generator, decibels: float) -> Waveform:
    """Louder or quieter, through 16 bits as a file would hold it where it fits, in floating point where it does not."""
    samples = waveform.samples * np.float32(10 ** (decibels / 20))
    if float(np.abs(samples).max()) < 1:
        samples = np.round(samples * 32_767) / np.float32(32_767)
    return changed(waveform, samples)


def clipped_gain(waveform: Waveform, _: np.random.Generator, decibels: float) -> Waveform:
    """Louder, and cut off at full scale, which the recording's peak touched before: an overdriven copy."""
    peak = float(np.abs(waveform.samples).max())
    return changed(waveform, np.clip(waveform.samples / peak * np.float32(10 ** (decibels / 20)), -1, 1))


def noise(waveform: Waveform, rng: np.random.Generator, below_db: float) -> Waveform:
    """White noise so many decibels below the mean power of the recording."""
    return changed(waveform, waveform.samples + noise_below(waveform.samples, rng, below_db))


def noise_below(samples: FloatArray, rng: np.random.Generator, below_db: float) -> FloatArray:
    """White noise, float32 (n,), so many decibels below samples (n,)."""
    scale = root_mean_square(samples) * 10 ** (-below_db / 20)
    return rng.standard_normal(samples.size, dtype=np.float32) * np.float32(scale)


def shift(waveform: Waveform, _: np.random.Generator, seconds: float) -> Waveform:
    """The recording from a later start on, so that every clip is another."""
    return changed(waveform, waveform.samples[round(seconds * waveform.sample_rate) :])


def rate(waveform: Waveform, _: np.random.Generator, hertz: float) -> Waveform:
    """A file of another sample rate; a lower one loses what lies above half of it."""
    wanted = round(hertz)
    return Waveform(clipfeat.resample(waveform.samples, waveform.sample_rate, wanted), wanted)


def low_pass(waveform: Waveform, _: np.random.Generator, hertz: float) -> Waveform:
    """Without what lies above a frequency, as a small loudspeaker gives it (Butterworth of order 8)."""
    return changed(waveform, filtered(waveform.samples, waveform.sample_rate, 8, hertz, "lowpass"))


def filtered(
    samples: FloatArray, sample_rate: int, order: int, hertz: float | tuple[float, float], kind: str
) -> FloatArray:
    """Samples through a Butterworth filter, float32 (n,)."""
    sections = signal.butter(order, hertz, kind, fs=sample_rate, output="sos")
    return np.asarray(signal.sosfilt(sections, samples), dtype=np.float32)


def root_mean_square(samples: FloatArray) -> float:
    """Root of the mean power."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
