"""Synthesised signals on which the features are compared with librosa; the same on every machine.

RandomState is used on purpose: NumPy promises that its stream never changes.
"""

import numpy as np
from numpy.typing import NDArray

RATE = 22050


def noise(n: int, amplitude: float = 0.3, seed: int = 0) -> NDArray[np.float32]:
    """White Gaussian noise."""
    return (amplitude * np.random.RandomState(seed).standard_normal(n)).astype(np.float32)


def tone(frequency: float, n: int = RATE, amplitude: float = 0.5, rate: int = RATE) -> NDArray[np.float32]:
    """A sine."""
    return (amplitude * np.sin(2 * np.pi * frequency / rate * np.arange(n))).astype(np.float32)


def half_silent() -> NDArray[np.float32]:
    """One second of noise, one of silence."""
    return np.concatenate([noise(RATE), np.zeros(RATE, np.float32)])


def sparse_bits() -> NDArray[np.float32]:
    """One least significant bit of 16 here and there, nothing between."""
    hits = np.random.RandomState(3).random_sample(2 * RATE) < 0.01
    return (hits / 32768).astype(np.float32)


def music(seconds: float = 4.0, rate: int = RATE) -> NDArray[np.float32]:
    """Four bars at 120 BPM: a falling chord of decaying partials and a noisy beat."""
    n = round(seconds * rate)
    out = 0.002 * np.random.RandomState(7).standard_normal(n)
    for beat in range(int(2 * seconds)):
        start = beat * rate // 2
        time = np.arange(min(rate, n - start)) / rate
        pitches = (220.0, 277.18, 329.63, 440.0)[: 2 + beat % 3]
        for number, pitch in enumerate(pitches):
            tones = sum(np.sin(2 * np.pi * pitch * harmonic * time) / harmonic for harmonic in range(1, 6))
            out[start : start + len(time)] += 0.06 * np.exp(-(3 + number) * time) * tones
        click = np.random.RandomState(beat).standard_normal(min(800, n - start))
        out[start : start + len(click)] += 0.2 * click * np.exp(-np.arange(len(click)) / 150)
    return out.astype(np.float32)


SIGNALS = {
    "silence": lambda: np.zeros(RATE, np.float32),
    "dc": lambda: np.full(RATE, 0.5, np.float32),
    "tone_440": lambda: tone(440),
    "tone_10k": lambda: tone(10_000),
    "noise": lambda: noise(3 * RATE),
    "clipped_sine": lambda: np.clip(tone(300, 2 * RATE, 1.5), -1, 1).astype(np.float32),
    "square": lambda: np.sign(tone(220, 2 * RATE) + np.float32(1e-3)).astype(np.float32),
    "half_silent": half_silent,
    "noise_1e-6": lambda: noise(RATE, 1e-6),
    "noise_1e-12": lambda: noise(RATE, 1e-12),
    "noise_1e-20": lambda: noise(RATE, 1e-20),
    "sparse_bits": sparse_bits,
    "noise_2e4": lambda: noise(RATE, 2e4),
    "music": music,
    **{f"noise_of_{n}": (lambda n=n: noise(n, seed=n)) for n in (300, 1024, 1025, 1100, 1536, 2048, 3000, 5000)},
}
"""Name to maker."""
