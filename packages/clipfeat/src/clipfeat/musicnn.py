"""The mel front end of the MusiCNN nets: 96 Slaney bands up to 8 kHz from samples at 16 kHz.

Frames of 512 samples every 256, periodic Hann window, centred on their time stamp with zeros beyond the ends
of the signal. The published nets rounded these values to float16; here nothing is rounded.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from clipfeat.errors import AudioError, AudioReason
from clipfeat.products import BandedMatrix

SAMPLE_RATE = 16_000
FRAME = 512
HOP = 256
N_BANDS = 96
LOG_SCALE = 10_000.0
# Frames worked on at a time: 256 frames of windowed samples and spectra stay inside a 2-MB cache.
_BLOCK_FRAMES = 256


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's scale (Auditory Toolbox, 1998): 200/3 Hz a mel below 1 kHz, then a factor 6.4 in 27 mels."""
    return np.where(mel < 15.0, mel * (200.0 / 3.0), 1000.0 * 6.4 ** ((mel - 15.0) / 27.0))


@cache
def mel_filters() -> NDArray[np.float32]:
    """Return the triangular filters from power spectrum to band, float32 (257, 96), each of unit area in Hz."""
    highest_mel = 15.0 + 27.0 * np.log(SAMPLE_RATE / 2 / 1000.0) / np.log(6.4)
    edges = _mel_to_hz(np.linspace(0.0, highest_mel, N_BANDS + 2))
    bins = np.arange(FRAME // 2 + 1) * (SAMPLE_RATE / FRAME)
    widths = np.diff(edges)
    rising = (bins[:, None] - edges[:-2]) / widths[:-1]
    falling = (edges[2:] - bins[:, None]) / widths[1:]
    triangles = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (edges[2:] - edges[:-2]))
    filters = triangles.astype(np.float32)
    filters.flags.writeable = False
    return filters


@cache
def _mel_bands() -> BandedMatrix:
    return BandedMatrix.of(mel_filters())


@cache
def _window() -> NDArray[np.float32]:
    window = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)
    window.flags.writeable = False
    return window


def musicnn_mel_power(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return mel power of mono samples (n,) at 16 kHz, float32 (1 + n // 256, 96), before any logarithm.

    Raises `AudioError` when the samples are empty or not mono.
    """
    if samples.ndim != 1 or samples.size == 0:
        raise AudioError(AudioReason.BAD_SAMPLES, f"mel bands need mono samples (n,), got shape {samples.shape}")
    padded = np.pad(samples.astype(np.float32, copy=False), FRAME // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    power = np.empty((frames.shape[0], N_BANDS), np.float32)
    for start in range(0, frames.shape[0], _BLOCK_FRAMES):
        spectrum = np.fft.rfft(frames[start : start + _BLOCK_FRAMES] * _window())
        energy = np.square(spectrum.real) + np.square(spectrum.imag)
        power[start : start + _BLOCK_FRAMES] = _mel_bands().product(energy)
    return power
