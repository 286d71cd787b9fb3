"""Twelve pitch classes per frame, on a filterbank tuned to the clip."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clipfeat.spectrum import SCALE

__all__ = ["N_CHROMA", "PitchPeaks", "chroma_bank", "find_peaks", "normalise_frames", "tuning_of"]

N_CHROMA = 12
N_TUNINGS = 100
_PEAK_SHARE = np.float32(0.1)
_A0_HZ = 27.5
_CENTRE_OCTAVE = 5.0
_OCTAVE_WIDTH = 2.0
_C_IS_THREE_ABOVE_A = 9


@dataclass(frozen=True, slots=True)
class PitchPeaks:
    """Spectral peaks of some frames, in no matter which order: pitch [Hz] and interpolated power, float32."""

    pitches: NDArray[np.float32]
    powers: NDArray[np.float32]

    @staticmethod
    def joined(parts: "list[PitchPeaks]") -> "PitchPeaks":
        """All peaks of all parts."""
        pitches = np.concatenate([part.pitches for part in parts])
        return PitchPeaks(pitches, np.concatenate([part.powers for part in parts]))


def find_peaks(power: NDArray[np.float32], bins: range, hz_per_bin: float) -> PitchPeaks:
    """Local maxima of power (n_frames, n_bins) inside `bins`, refined by a parabola through three bins.

    A peak stands above a tenth of its frame's maximum, above its left neighbour and not below its
    right one, neighbours under that tenth counting as 0. Formula: J. O. Smith, Spectral Audio Signal
    Processing, "Quadratic interpolation of spectral peaks".
    """
    if not len(bins):
        return PitchPeaks(np.empty(0, np.float32), np.empty(0, np.float32))
    least = _PEAK_SHARE * power.max(axis=1, keepdims=True)
    near = power[:, bins.start - 1 : bins.stop + 1]
    heard = np.where(near > least, near, np.float32(0))
    is_peak = (heard[:, 1:-1] > heard[:, :-2]) & (heard[:, 1:-1] >= heard[:, 2:])
    frame, offset = np.nonzero(is_peak)
    left, top, right = near[frame, offset], near[frame, offset + 1], near[frame, offset + 2]
    slope = (right - left) * np.float32(0.5)
    shift = slope / (np.float32(2) * top - left - right)
    # The bin number is added in double precision: in single, one track of 290 lands in another tuning.
    pitch = (offset + bins.start + shift.astype(np.float64)) * hz_per_bin
    return PitchPeaks(pitch.astype(np.float32), top + np.float32(0.5) * slope * shift)


def tuning_of(peaks: PitchPeaks) -> int:
    """Index 0..99 of the fullest hundredth of a semitone; 50 is concert pitch, the answer without peaks.

    Only peaks at least as strong as the median peak are counted.
    """
    if not peaks.powers.size:
        return N_TUNINGS // 2
    strong = peaks.pitches[peaks.powers >= np.median(peaks.powers)]
    residual = np.mod(np.float32(N_CHROMA) * np.log2(strong / np.float32(_A0_HZ)), np.float32(1))
    residual[residual >= 0.5] -= np.float32(1)
    counts, _ = np.histogram(residual, np.linspace(-0.5, 0.5, N_TUNINGS + 1))
    return int(counts.argmax())


@lru_cache(maxsize=256)
def chroma_bank(sample_rate: int, n_fft: int, tuning: int) -> NDArray[np.float32]:
    """Weights (12, n_fft // 2 + 1), row 0 = C, for tuning index 0..99.

    Gaussian bumps in pitch, one octave apart, unit length over the 12 rows of a bin, weighted by a
    Gaussian around octave 5: D. Ellis, "Chroma feature analysis and synthesis", 2007.
    """
    edges = np.linspace(-0.5, 0.5, N_TUNINGS + 1)
    a0 = 440.0 * 2.0 ** (edges[tuning] / N_CHROMA) / 16.0
    frequencies = np.arange(1, n_fft // 2 + 2) * (sample_rate / n_fft)
    pitch = N_CHROMA * np.log2(frequencies / a0)
    pitch = np.concatenate([[pitch[0] - 1.5 * N_CHROMA], pitch])
    width = np.maximum(np.diff(pitch), 1.0)
    pitch = pitch[:-1]
    half = N_CHROMA // 2
    distance = np.mod(pitch - np.arange(N_CHROMA)[:, None] + half + 10 * N_CHROMA, N_CHROMA) - half
    bank = np.exp(-0.5 * (2.0 * distance / width) ** 2)
    bank /= np.linalg.norm(bank, axis=0)
    bank *= np.exp(-0.5 * ((pitch / N_CHROMA - _CENTRE_OCTAVE) / _OCTAVE_WIDTH) ** 2)
    tuned = np.roll(bank, _C_IS_THREE_ABOVE_A - N_CHROMA, axis=0).astype(np.float32)
    tuned.setflags(write=False)
    return tuned


def normalise_frames(energy: NDArray[np.float32], least: float) -> NDArray[np.float32]:
    """Divide each frame of (n_frames, 12) by its maximum; below `least` only the scale is taken out."""
    loudest = energy.max(axis=1, keepdims=True)
    divisor = np.where(loudest < least, np.float32(SCALE**2), loudest)
    return (energy / divisor).astype(np.float32, copy=False)
