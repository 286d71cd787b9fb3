"""The specification: every feature in NumPy, one pass over blocks of frames.

Each function takes finite, contiguous float32 samples (n,), n >= 1, and a plan. A block is some 128 frames, so
that spectra stay in the cache and only the magnitudes of the whole clip are kept (4 bytes a cell). The
compiled kernel offers the same functions and is held equal to these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clipfeat.chroma import PitchPeaks, find_peaks, normalise_frames, tuning_of
from clipfeat.framing import frames_of, padded_for_frames
from clipfeat.hpss import Moments, OverlapAdd, harmonic_mask
from clipfeat.medians import LANES, median31
from clipfeat.mel import cepstrum, decibels
from clipfeat.musicnn import musicnn_mel_power
from clipfeat.plan import Plan
from clipfeat.products import tiled_product
from clipfeat.rhythm import onset_strength, tempo_of
from clipfeat.spectrum import (
    SCALE,
    centroid_and_bandwidth,
    frame_levels,
    magnitudes,
    rolloff_bins,
    spectra,
    zero_crossing_rates,
)

__all__ = ["logmel", "median31", "mfcc", "musicnn_mel_power", "tabular"]

Samples = NDArray[np.float32]

_BLOCK_SAMPLES = 1 << 18
_LEAST_CHROMA = float(np.finfo(np.float32).tiny) * SCALE**2


def _block_frames(n_fft: int) -> int:
    return max(LANES, _BLOCK_SAMPLES // n_fft // LANES * LANES)


def _spectrum_blocks(samples: Samples, plan: Plan) -> Iterator[tuple[int, NDArray[np.complex64]]]:
    """First frame and spectra of each block of frames, in order."""
    config = plan.config
    padded = padded_for_frames(samples, config.n_fft, config.recipe)
    frames = frames_of(padded, config.n_fft, config.hop_length)
    step = _block_frames(config.n_fft)
    for start in range(0, len(frames), step):
        yield start, spectra(frames[start : start + step], plan.window)


def logmel(samples: Samples, plan: Plan) -> NDArray[np.float32]:
    """Mel levels in dB, float32 (n_mels, n_frames)."""
    return np.ascontiguousarray(_levels(samples, plan).T)


def mfcc(samples: Samples, plan: Plan) -> NDArray[np.float32]:
    """Cepstral coefficients, float32 (n_mfcc, n_frames)."""
    return np.ascontiguousarray(cepstrum(_levels(samples, plan), plan.dct).T, dtype=np.float32)


def _levels(samples: Samples, plan: Plan) -> NDArray[np.float32]:
    power = np.empty((plan.config.n_frames(len(samples)), plan.config.n_mels), np.float32)
    for start, spectrum in _spectrum_blocks(samples, plan):
        power[start : start + len(spectrum)] = plan.mel_bands.product(np.square(magnitudes(spectrum)))
    return decibels(power)


@dataclass(slots=True)
class _FrameSeries:
    """What the forward pass leaves behind: one value or row a frame, and the magnitudes of the clip."""

    magnitude: NDArray[np.float32]
    mel_power: NDArray[np.float32]
    centroid: NDArray[np.float64]
    bandwidth: NDArray[np.float64]
    rolloff: NDArray[np.float64]
    peaks: list[PitchPeaks] = field(default_factory=list)

    @classmethod
    def empty(cls, n_frames: int, plan: Plan) -> "_FrameSeries":
        magnitude = np.empty((n_frames, plan.config.n_bins), np.float32)
        mel_power = np.empty((n_frames, plan.config.n_mels), np.float32)
        return cls(magnitude, mel_power, np.empty(n_frames), np.empty(n_frames), np.empty(n_frames))

    def take(self, start: int, spectrum: NDArray[np.complex64], plan: Plan) -> None:
        """Describe the frames of one block."""
        block = slice(start, start + len(spectrum))
        magnitude = magnitudes(spectrum)
        power = np.square(magnitude)
        self.magnitude[block] = magnitude
        self.mel_power[block] = plan.mel_bands.product(power)
        self.centroid[block], self.bandwidth[block] = centroid_and_bandwidth(magnitude, plan.hz_per_bin)
        self.rolloff[block] = rolloff_bins(magnitude) * plan.hz_per_bin
        self.peaks.append(find_peaks(power, plan.pitch_bins, plan.hz_per_bin))


class _Separation:
    """Sums over the harmonic and the percussive signal, fed with blocks of spectra in order."""

    def __init__(self, samples: Samples, plan: Plan) -> None:
        config = plan.config
        n_frames = config.n_frames(len(samples))
        self.harmonic, self.percussive = Moments(), Moments()
        self._plan = plan
        self._overlap = OverlapAdd(plan.plain_window, config.hop_length, n_frames)
        # The legacy inverse stops at the last frame's centre; what is left of both signals is zero.
        self._end = len(samples) if config.recipe == "modern" else config.hop_length * (n_frames - 1)
        self._samples = samples
        self._position = -(config.n_fft // 2)

    def take(self, spectrum: NDArray[np.complex64], mask: NDArray[np.float32]) -> None:
        """Transform the masked block back and count the samples it finishes."""
        frames = np.fft.irfft(spectrum * mask, self._plan.config.n_fft).astype(np.float32, copy=False)
        self._count(self._overlap.push(frames * self._plan.inverse_window))

    def finish(self) -> None:
        """Count the samples after the last frame and the zeros of the legacy tail."""
        self._count(self._overlap.finish())
        tail = np.zeros(len(self._samples) - self._end, np.float32)
        self.harmonic.push(tail)
        self.percussive.push(tail)

    def _count(self, finished: Samples) -> None:
        first, last = max(0, self._position), min(self._end, self._position + len(finished))
        if first < last:
            harmonic = finished[first - self._position : last - self._position]
            self.harmonic.push(harmonic)
            self.percussive.push(self._samples[first:last] - harmonic)
        self._position += len(finished)


def tabular(samples: Samples, plan: Plan) -> NDArray[np.float64]:
    """The classic features, float64 (17 + 2 n_mfcc,), in the order of `clipfeat.tabular_names`."""
    # Before the magnitudes are there: their memory is free for the double-precision copies of these two.
    loudness = _levels_and_crossings(samples, plan)
    series = _FrameSeries.empty(plan.config.n_frames(len(samples)), plan)
    separation = _Separation(samples, plan)
    waiting: list[tuple[int, NDArray[np.complex64]]] = []
    for start, spectrum in _spectrum_blocks(samples, plan):
        series.take(start, spectrum, plan)
        # The medians along time look 15 frames ahead: a block is separated when the next one is known.
        waiting.append((start, spectrum))
        if len(waiting) > 1:
            _separate(series.magnitude, *waiting.pop(0), separation)
    _separate(series.magnitude, *waiting.pop(), separation)
    separation.finish()
    return _summary(plan, series, separation, loudness)


def _levels_and_crossings(samples: Samples, plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    config = plan.config
    padded = padded_for_frames(samples, config.n_fft, config.recipe)
    levels = frame_levels(padded, config.n_fft, config.hop_length)
    return levels, zero_crossing_rates(samples, config.n_fft, config.hop_length)


def _separate(
    magnitude: NDArray[np.float32], start: int, spectrum: NDArray[np.complex64], separation: _Separation
) -> None:
    whole = -(-len(spectrum) // LANES) * LANES
    mask = harmonic_mask(magnitude, start, start + whole)
    separation.take(spectrum, mask[: len(spectrum)])


def _chroma(series: _FrameSeries, plan: Plan) -> NDArray[np.float32]:
    bank = plan.chroma_bank(tuning_of(PitchPeaks.joined(series.peaks)))
    n_frames, step = len(series.magnitude), _block_frames(plan.config.n_fft)
    blocks = [
        tiled_product(np.square(series.magnitude[start : start + step]), bank.T) for start in range(0, n_frames, step)
    ]
    return normalise_frames(np.concatenate(blocks), _LEAST_CHROMA)


def _summary(
    plan: Plan, series: _FrameSeries, separation: _Separation, loudness: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    levels = decibels(series.mel_power)
    coefficients = cepstrum(levels, plan.dct)
    rms, crossings = loudness
    curves: list[NDArray[np.floating]] = [
        _chroma(series, plan),
        rms,
        series.centroid,
        series.bandwidth,
        series.rolloff,
        crossings,
    ]
    values = [moment for curve in curves for moment in _mean_and_variance(curve)]
    for sums in (separation.harmonic, separation.percussive):
        values += [sums.mean, sums.variance]
    values.append(tempo_of(onset_strength(levels, plan.tempo.onset_delay), plan.tempo))
    values += [moment for curve in coefficients.T for moment in _mean_and_variance(curve)]
    return np.array(values)


def _mean_and_variance(values: NDArray[np.floating]) -> tuple[float, float]:
    # About the first value: a constant curve then has a variance of exactly 0.
    reference = float(values.flat[0])
    deviations = values.astype(np.float64) - reference
    return reference + float(deviations.mean()), float(deviations.var())
