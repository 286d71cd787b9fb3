"""Slaney mel bands, decibels and cepstral coefficients."""

import numpy as np
from numpy.typing import NDArray

from clipfeat.products import tiled_product

__all__ = ["AMIN", "TOP_DB", "cepstrum", "dct_matrix", "decibels", "mel_bank", "mel_edges"]

AMIN = 1e-10
"""Powers below this count as this: -100 dB."""

TOP_DB = 80.0
"""Decibels kept below the loudest cell of the clip."""

_LINEAR_HZ_PER_MEL = 200.0 / 3.0
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def mel_edges(n_mels: int, top_hz: float) -> NDArray[np.float64]:
    """Corner frequencies [Hz] of the triangles, shape (n_mels + 2,), evenly spaced in Slaney's mel.

    The scale is linear (200/3 Hz a mel) up to 1 kHz and logarithmic (27 mels for a factor of 6.4)
    above: M. Slaney, Auditory Toolbox, 1998.
    """
    top_mel = top_hz / _LINEAR_HZ_PER_MEL
    if top_hz >= _KNEE_HZ:
        top_mel = _KNEE_MEL + np.log(top_hz / _KNEE_HZ) / _LOG_STEP
    mels = np.linspace(0.0, top_mel, n_mels + 2)
    linear = _LINEAR_HZ_PER_MEL * mels
    logarithmic = _KNEE_HZ * np.exp(_LOG_STEP * (mels - _KNEE_MEL))
    return np.where(mels < _KNEE_MEL, linear, logarithmic)


def mel_bank(sample_rate: int, n_fft: int, n_mels: int) -> NDArray[np.float32]:
    """Weights (n_mels, n_fft // 2 + 1) of triangles from 0 Hz to half the rate, each of unit area in Hz.

    Rounded to single precision before and after the normalisation, as librosa does.
    """
    frequencies = np.arange(n_fft // 2 + 1) * (sample_rate / n_fft)
    edges = mel_edges(n_mels, sample_rate / 2)
    ramps = edges[:, None] - frequencies[None, :]
    widths = np.diff(edges)[:, None]
    rising, falling = -ramps[:-2] / widths[:-1], ramps[2:] / widths[1:]
    triangles = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    areas = 2.0 / (edges[2:] - edges[:-2])
    return (triangles * areas[:, None]).astype(np.float32)


def decibels(mel_power: NDArray[np.float32]) -> NDArray[np.float32]:
    """10 log10(max(power, 1e-10)), then nothing lower than 80 dB below the loudest cell; any shape."""
    levels = np.float32(10) * np.log10(np.maximum(mel_power, np.float32(AMIN)))
    floor = np.float32(levels.max() - np.float32(TOP_DB))
    return np.maximum(levels, floor)


def dct_matrix(n_mfcc: int, n_mels: int) -> NDArray[np.float64]:
    """The first rows (n_mfcc, n_mels) of the orthonormal DCT-II."""
    phase = np.pi / n_mels * np.outer(np.arange(n_mfcc), np.arange(n_mels) + 0.5)
    matrix: NDArray[np.float64] = np.cos(phase) * np.sqrt(2.0 / n_mels)
    matrix[0] = np.sqrt(1.0 / n_mels)
    return matrix


def cepstrum(levels: NDArray[np.float32], dct: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cepstral coefficients (n_frames, n_mfcc) of levels (n_frames, n_mels) in dB.

    The lowest level is taken away before the transform and given back to coefficient 0, so that
    constant frames leave exact zeros in all other coefficients.
    """
    floor = float(levels.min())
    coefficients = tiled_product(levels.astype(np.float64) - floor, dct.T)
    coefficients[:, 0] += floor * float(np.sqrt(levels.shape[1]))
    return coefficients
