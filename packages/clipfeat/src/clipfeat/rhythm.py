"""Onset strength and the tempo a beat tracker would start from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipfeat.spectrum import hann

__all__ = ["TempoGrid", "onset_strength", "tempo_grid", "tempo_of"]

_WINDOW_SECONDS = 8.0
_MAX_BPM = 320.0
_LIKELY_BPM = 120.0
_CONTRAST = 1e6
_BLOCK_WINDOWS = 128


@dataclass(frozen=True, eq=False, slots=True)
class TempoGrid:
    """What the tempo search needs for one rate and hop.

    window: periodic Hann, float64 (n_lags,), 8 seconds of frames.
    bpm: tempo of each lag, float64 (n_lags,), infinite at lag 0.
    prior: log-normal preference for 120 BPM, float64 (n_lags,), minus infinity at 320 BPM and faster.
    onset_delay: frames by which onsets are shifted to the centre of the frame in which they begin.
    """

    window: NDArray[np.float64]
    bpm: NDArray[np.float64]
    prior: NDArray[np.float64]
    onset_delay: int


def tempo_grid(sample_rate: int, n_fft: int, hop: int) -> TempoGrid:
    """Tables for the tempo: D. Ellis, "Beat tracking by dynamic programming", 2007 (prior one octave wide)."""
    n_lags = int(_WINDOW_SECONDS * sample_rate) // hop
    bpm = np.full(n_lags, np.inf)
    bpm[1:] = 60.0 * sample_rate / (hop * np.arange(1.0, n_lags))
    prior = np.full(n_lags, -np.inf)
    allowed = bpm < _MAX_BPM
    prior[allowed] = -0.5 * (np.log2(bpm[allowed]) - np.log2(_LIKELY_BPM)) ** 2
    return TempoGrid(hann(n_lags), bpm, prior, n_fft // (2 * hop))


def onset_strength(levels: NDArray[np.float32], delay: int) -> NDArray[np.float32]:
    """Median over bands of the rise in dB from frame to frame: levels (n_frames, n_mels) to (n_frames,)."""
    onsets = np.zeros(len(levels), np.float32)
    rises = np.maximum(np.diff(levels, axis=0), np.float32(0))
    first = delay + 1
    n_onsets = max(0, len(levels) - first)
    onsets[first:] = np.median(rises[:n_onsets], axis=1)
    return onsets


def _transform_length(n_lags: int) -> int:
    """The shortest 2^a 3^b that holds all lags free of wrap-around."""
    needed = 2 * n_lags - 1
    return min(odd << (-(-needed // odd) - 1).bit_length() for odd in (1, 3, 9, 27))


def _mean_autocorrelation(onsets: NDArray[np.float32], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Autocorrelation of every windowed stretch, each divided by its energy, averaged over stretches."""
    n_lags = len(window)
    padded = np.pad(onsets.astype(np.float64), n_lags // 2, mode="linear_ramp")
    stretches = np.lib.stride_tricks.sliding_window_view(padded, n_lags)[: len(onsets)]
    length = _transform_length(n_lags)
    power = np.zeros(length // 2 + 1)
    for start in range(0, len(stretches), _BLOCK_WINDOWS):
        block = stretches[start : start + _BLOCK_WINDOWS] * window
        energy = np.einsum("ij,ij->i", block, block)
        energy[energy == 0] = 1.0
        spectrum = np.fft.rfft(block, length)
        power += np.einsum("i,ij", 1.0 / energy, np.square(spectrum.real) + np.square(spectrum.imag))
    # Power spectra of all stretches add up first, so that one inverse transform is enough.
    return np.fft.irfft(power, length)[:n_lags] / len(onsets)


def tempo_of(onsets: NDArray[np.float32], grid: TempoGrid) -> float:
    """Tempo [BPM] of an onset curve (n_frames,); 0 where it has no onset. Ties go to the faster tempo."""
    if not onsets.any():
        return 0.0
    score = np.log1p(_CONTRAST * _mean_autocorrelation(onsets, grid.window)) + grid.prior
    return float(grid.bpm[score.argmax()])
