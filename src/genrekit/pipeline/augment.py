"""Copies of a track as other rooms, other pressings and other players would give it.

Every change keeps the genre and moves what a genre should not hang on: level, tone, distortion, noise, pitch.
Works on mono samples at 16 kHz, the rate of the backbone, so that no effort goes into what it cannot hear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np

from clipfeat.resample import resample
from genrekit.values import FloatArray

SAMPLE_RATE: Final = 16_000

_SPEED_STEP_HZ: Final = 100
_SPEED_STEPS: Final = 5  # of 100 Hz at 16 kHz: at most 3.1 %
_MIN_SAMPLES: Final = 2 * SAMPLE_RATE
_EQ_POINTS_HZ: Final = np.geomspace(40.0, 8000.0, 9)
_NOISE_SLOPES: Final = (0.0, -0.5, -1.0)  # exponent of the frequency: white, pink, brown
_FFT_GRAIN: Final = 16_384


@dataclass(frozen=True, slots=True)
class Strength:
    """How far a copy goes.

    Attributes:
        eq_db: standard deviation of the tone curve's points, and of its tilt from end to end [dB].
        drive_db: largest gain into the soft clipper [dB].
        wet: smallest and largest share of reverberation.
    """

    eq_db: float
    drive_db: float
    wet: tuple[float, float]


STRONG: Final = Strength(eq_db=4.0, drive_db=10.0, wet=(0.10, 0.35))
WEAK: Final = Strength(eq_db=2.0, drive_db=5.0, wet=(0.05, 0.175))


def copy_generator(seed: int, track: str, copy: int) -> np.random.Generator:
    """The random numbers of one copy of one track: the same whatever else is computed, and in whatever order."""
    return np.random.default_rng([seed, crc32(track.encode()), copy])


def augment(samples: FloatArray, strength: Strength, rng: np.random.Generator) -> FloatArray:
    """A changed copy; each change happens by chance.

    Args:
        samples: float32 (n,), mono at 16 kHz, near -17 dBFS (the soft clipper depends on the level).
        strength: how far to go.
        rng: from `copy_generator`.

    Returns:
        float32 (m,), m within 3.2 % of n and never below two seconds if n was not; of another level.
    """
    if rng.random() < 0.5:
        samples = _change_speed(samples, rng)
    if rng.random() < 0.8:
        samples = _equalise(samples, strength.eq_db, rng)
    if rng.random() < 0.25:
        samples = _reverberate(samples, strength.wet, rng)
    if rng.random() < 0.35:
        samples = _drive(samples, strength.drive_db, rng)
    if rng.random() < 0.35:
        samples = _low_pass(samples, rng.uniform(5000.0, 7800.0))
    if rng.random() < 0.35:
        samples = _high_pass(samples, rng.uniform(30.0, 160.0))
    if rng.random() < 0.5:
        samples = _add_noise(samples, rng)
    return samples


def _change_speed(samples: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Tape speed: pitch and tempo together. In steps, so that few filters are ever designed."""
    steps = int(rng.integers(-_SPEED_STEPS, _SPEED_STEPS + 1))
    played = resample(samples, SAMPLE_RATE + steps * _SPEED_STEP_HZ, SAMPLE_RATE)
    return samples if played.size < _MIN_SAMPLES else played


def _padded_length(n_samples: int) -> int:
    """A length with small factors, so that the transform is fast."""
    return -(-n_samples // _FFT_GRAIN) * _FFT_GRAIN


def _frequencies(length: int) -> FloatArray:
    return np.fft.rfftfreq(length, 1.0 / SAMPLE_RATE).astype(np.float32)


def _filter(samples: FloatArray, gain: FloatArray) -> FloatArray:
    """Multiply the spectrum by a real gain, one value a bin of `_padded_length` points."""
    length = 2 * (gain.size - 1)
    filtered = np.fft.irfft(np.fft.rfft(samples, length) * gain, length)
    return filtered[: samples.size].astype(np.float32, copy=False)


def _equalise(samples: FloatArray, spread_db: float, rng: np.random.Generator) -> FloatArray:
    """A smooth random tone curve over nine points, a third of a decade apart, and a tilt across them."""
    tilt = rng.normal(0.0, spread_db) * np.linspace(-0.5, 0.5, _EQ_POINTS_HZ.size)
    points_db = rng.normal(0.0, spread_db, _EQ_POINTS_HZ.size) + tilt
    frequencies = np.maximum(_frequencies(_padded_length(samples.size)), _EQ_POINTS_HZ[0])
    curve_db = np.interp(np.log(frequencies), np.log(_EQ_POINTS_HZ), points_db)
    return _filter(samples, (10.0 ** (curve_db / 20.0)).astype(np.float32))


def _reverberate(samples: FloatArray, wet: tuple[float, float], rng: np.random.Generator) -> FloatArray:
    """Add a room: noise that falls by 60 dB within the reverberation time, as loud as the dry sound times `wet`."""
    decay_seconds = rng.uniform(0.15, 0.6)
    share = rng.uniform(*wet)
    time = np.arange(int(decay_seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(time.size) * 10.0 ** (-3.0 * time / decay_seconds)
    length = _padded_length(samples.size + time.size)
    spectrum = np.fft.rfft(samples, length) * np.fft.rfft(tail.astype(np.float32), length)
    room = np.fft.irfft(spectrum, length)[: samples.size].astype(np.float32)
    scale = np.float32(share * _rms(samples) / max(_rms(room), 1e-12))
    return np.float32(1.0 - share) * samples + scale * room


def _drive(samples: FloatArray, largest_db: float, rng: np.random.Generator) -> FloatArray:
    """Soft clipping, as of an amplifier driven too hard."""
    gain = np.float32(10.0 ** (rng.uniform(0.0, largest_db) / 20.0))
    driven: FloatArray = np.tanh(gain * samples) / gain
    return driven


def _low_pass(samples: FloatArray, cutoff: float) -> FloatArray:
    """Magnitude of a Butterworth filter of order 4, without its phase."""
    frequencies = _frequencies(_padded_length(samples.size))
    return _filter(samples, 1.0 / np.sqrt(1.0 + (frequencies / np.float32(cutoff)) ** 8))


def _high_pass(samples: FloatArray, cutoff: float) -> FloatArray:
    """Magnitude of a Butterworth filter of order 2, without its phase."""
    squared = (_frequencies(_padded_length(samples.size)) / np.float32(cutoff)) ** 2
    return _filter(samples, squared / np.sqrt(1.0 + squared**2))


def _add_noise(samples: FloatArray, rng: np.random.Generator) -> FloatArray:
    """White, pink or brown noise, 15 to 35 dB below the music."""
    slope = _NOISE_SLOPES[int(rng.integers(len(_NOISE_SLOPES)))]
    below_db = rng.uniform(15.0, 35.0)
    white = rng.standard_normal(samples.size, dtype=np.float32)
    # Flat below 20 Hz: brown noise would otherwise put all its energy where nothing is heard.
    frequencies: FloatArray = np.maximum(_frequencies(_padded_length(samples.size)), np.float32(20.0))
    noise = _filter(white, frequencies ** np.float32(slope))
    scale = np.float32(_rms(samples) / max(_rms(noise), 1e-12) * 10.0 ** (-below_db / 20.0))
    return samples + scale * noise


def _rms(samples: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
