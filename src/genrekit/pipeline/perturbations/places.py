"""Five places that music comes from and that no member was trained for.

Each expects samples near -17 dBFS, since what is driven depends on the level, and works at the recording's rate of
16 kHz, beyond which the backbone hears nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import signal

from genrekit.pipeline.perturbations.plain import changed, filtered, noise_below, root_mean_square
from genrekit.steps.clips import level_gain
from genrekit.values import FloatArray, Waveform

_LEVEL_DBFS: Final = -17.0


def phone(waveform: Waveform, rng: np.random.Generator) -> Waveform:
    """A telephone: 300 to 3,400 Hz, its amplifier driven, noise 28 dB below."""
    band = filtered(waveform.samples, waveform.sample_rate, 4, (300.0, 3400.0), "bandpass")
    driven = np.asarray(np.tanh(6 * band) / 6, dtype=np.float32)
    return changed(waveform, driven + noise_below(driven, rng, 28))


def vinyl(waveform: Waveform, rng: np.random.Generator) -> Waveform:
    """A worn record: wow at 0.55 Hz, twelve clicks a second, hiss 30 dB and rumble 22 dB below."""
    samples, rate = waveform.samples, waveform.sample_rate
    loudness = root_mean_square(samples)
    time = np.arange(samples.size) / rate
    wavering = time + 0.0015 * np.sin(2 * np.pi * 0.55 * time + rng.uniform(0, 2 * np.pi))
    played = np.interp(wavering, time, samples)
    hits = (rng.random(samples.size) < 12 / rate) * rng.standard_normal(samples.size)
    clicks = 5 * loudness * signal.lfilter([1.0], [1.0, -0.6], hits)
    hiss = _coloured(rng, samples.size, rate, 1, 2000.0, "highpass") * loudness * 10 ** (-30 / 20)
    rumble = _coloured(rng, samples.size, rate, 2, 60.0, "lowpass") * loudness * 10 ** (-22 / 20)
    return changed(waveform, played + clicks + hiss + rumble)


def room(waveform: Waveform, rng: np.random.Generator) -> Waveform:
    """From across a large room: it dies away by 60 dB in 1 s, 55 % is reverberation, 150 to 5,000 Hz, noise 18 dB."""
    samples, rate = waveform.samples, waveform.sample_rate
    tail = rng.standard_normal(rate) * 10 ** (-3 * np.arange(rate) / rate)
    wet = signal.fftconvolve(samples, tail)[: samples.size].astype(np.float32)
    wet *= np.float32(root_mean_square(samples) / root_mean_square(wet))
    heard = filtered(0.45 * samples + 0.55 * wet, rate, 2, (150.0, 5000.0), "bandpass")
    return changed(waveform, heard + noise_below(heard, rng, 18))


def broadcast(waveform: Waveform, _: np.random.Generator) -> Waveform:
    """A loud station: compressed about -30 dBFS with a time constant of 50 ms, treble up, soft-clipped."""
    samples, rate = waveform.samples, waveform.sample_rate
    keep = np.exp(-1 / (0.05 * rate))
    envelope = np.sqrt(signal.lfilter([1 - keep], [1, -keep], samples.astype(np.float64) ** 2) + 1e-8)
    pressed = samples * np.minimum((envelope / 10 ** (-30 / 20)) ** -0.7, 8)
    bright = (pressed + filtered(pressed, rate, 1, 3000.0, "highpass")).astype(np.float32)
    return changed(waveform, np.tanh(1.5 * level_gain(bright, _LEVEL_DBFS) * bright))


def _coloured(rng: np.random.Generator, size: int, rate: int, order: int, hertz: float, kind: str) -> FloatArray:
    """Filtered noise, float32 (size,), of root mean square 1."""
    shaped = filtered(rng.standard_normal(size, dtype=np.float32), rate, order, hertz, kind)
    return shaped / np.float32(root_mean_square(shaped))
