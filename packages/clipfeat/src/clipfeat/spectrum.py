"""The forward transform, and what one frame says by itself: centroid, bandwidth, roll-off, level, crossings."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from clipfeat.products import tiled_product

__all__ = [
    "SCALE",
    "centroid_and_bandwidth",
    "frame_levels",
    "hann",
    "magnitudes",
    "rolloff_bins",
    "spectra",
    "zero_crossing_rates",
]

SCALE = 2.0**20
"""All magnitudes carry this factor (powers its square), so that squares of faint samples do not underflow.

A power of two is exact; mel weights and the inverse window take it out again, ratios never see it.
"""

_ROLLOFF_SHARE = np.float32(0.85)
_SIGN_THRESHOLD = np.float32(1e-10)

Magnitudes = NDArray[np.float32]


def hann(length: int) -> NDArray[np.float64]:
    """Periodic Hann window."""
    phase: NDArray[np.float64] = 2.0 * np.pi * np.arange(length) / length
    return 0.5 - 0.5 * np.cos(phase)


def spectra(frames: NDArray[np.float32], window: NDArray[np.float64]) -> NDArray[np.complex64]:
    """Spectra (n, n_fft // 2 + 1) of frames (n, n_fft), transformed in double precision, then rounded.

    In single precision the noise floor of a pure tone, weighted by the square of its frequency, spoils the
    bandwidth by 4 %.
    """
    return np.fft.rfft(frames * window).astype(np.complex64)


def magnitudes(spectrum: NDArray[np.complex64]) -> Magnitudes:
    """|X|, without the detour by the slow, overflow-proof hypotenuse: SCALE keeps the squares in range."""
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    return np.sqrt(power, out=power)


def centroid_and_bandwidth(magnitude: Magnitudes, hz_per_bin: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean frequency and standard deviation [Hz] of each frame, weighted by magnitude; 0 for silence.

    In double precision: the difference of moments would cancel in single.
    """
    bins = np.arange(magnitude.shape[1], dtype=np.float64)
    powers = np.stack([np.ones_like(bins), bins, bins**2], axis=1)
    moments = tiled_product(magnitude.astype(np.float64), powers)
    total = np.where(moments[:, 0] > 0, moments[:, 0], 1.0)
    centroid = moments[:, 1] / total
    variance = np.maximum(moments[:, 2] / total - centroid**2, 0.0)
    return centroid * hz_per_bin, np.sqrt(variance) * hz_per_bin


def rolloff_bins(magnitude: Magnitudes) -> NDArray[np.intp]:
    """The first bin at which the running sum of magnitudes reaches 85 % of its end; 0 for silence.

    The sum runs in bin order in single precision: its rounding decides between neighbours in rare frames.
    """
    running = np.cumsum(magnitude, axis=1)
    below: NDArray[np.bool_] = running < _ROLLOFF_SHARE * running[:, -1:]
    counts: NDArray[np.intp] = np.count_nonzero(below, axis=1)
    return counts


def _sums_of_frames(values: NDArray[np.float64], length: int, hop: int) -> NDArray[np.float64]:
    """Sums over frames of `length` values every `hop`, from sums over the stretches that frames share."""
    stretch = gcd(length, hop)
    sums = values[: len(values) // stretch * stretch].reshape(-1, stretch).sum(axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(sums, length // stretch)
    totals: NDArray[np.float64] = windows[:: hop // stretch].sum(axis=1)
    return totals


def frame_levels(padded: NDArray[np.float32], n_fft: int, hop: int) -> NDArray[np.float64]:
    """Root mean square of each frame of the padded samples."""
    squares = np.square(padded, dtype=np.float64)
    return np.sqrt(_sums_of_frames(squares, n_fft, hop) / n_fft)


def zero_crossing_rates(samples: NDArray[np.float32], n_fft: int, hop: int) -> NDArray[np.float64]:
    """Changes of sign inside each centred frame, a sample of it; the edges repeat, so they add none.

    Values within 1e-10 of zero count as positive. The change into a frame's first sample is not its own.
    """
    negative = np.pad(samples < -_SIGN_THRESHOLD, n_fft // 2, mode="edge")
    changes = np.concatenate([np.zeros(1, np.int32), np.cumsum(negative[1:] != negative[:-1], dtype=np.int32)])
    starts = np.arange(0, len(negative) - n_fft + 1, hop)
    rates: NDArray[np.float64] = (changes[starts + n_fft - 1] - changes[starts]) / n_fft
    return rates
