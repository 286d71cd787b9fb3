"""The clip that is measured: thirty seconds of synthesised music, the same on every machine."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["RATE", "synthesise"]

RATE = 22050
_CHORDS = ((57, 60, 64, 69), (53, 57, 60, 65), (48, 55, 60, 64), (55, 59, 62, 67))


def synthesise(seconds: float, rate: int = RATE) -> NDArray[np.float32]:
    """Chords of decaying partials, a bass, and a noisy beat at 118 BPM, float32 (n,)."""
    n = round(seconds * rate)
    random = np.random.RandomState(1)
    out = 0.003 * random.standard_normal(n)
    beat = round(60 / 118 * rate)
    for number, start in enumerate(range(0, n, beat)):
        time = np.arange(min(3 * beat, n - start)) / rate
        for note in (*_CHORDS[number // 4 % 4], 33 + number % 5):
            pitch = 440.0 * 2 ** ((note - 69) / 12)
            partials = sum(np.sin(2 * np.pi * pitch * k * time) / k**1.3 for k in range(1, 9))
            out[start : start + len(time)] += 0.05 * np.exp(-2.5 * time) * partials
        for offset, length, level in ((0, 0.12, 0.3), (beat // 2, 0.03, 0.15)):
            hit = random.standard_normal(max(0, min(round(length * rate), n - start - offset)))
            decay = np.exp(-5 * np.arange(len(hit)) / max(1, len(hit)))
            out[start + offset : start + offset + len(hit)] += level * hit * decay
    scaled: NDArray[np.float32] = (0.8 * out / np.abs(out).max()).astype(np.float32)
    return scaled
