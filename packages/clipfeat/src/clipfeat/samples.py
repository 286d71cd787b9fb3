"""What callers hand over, turned into what kernels take: finite, contiguous float32 samples of one channel."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clipfeat.errors import AudioError, AudioReason

__all__ = ["MAX_AMPLITUDE", "checked_samples"]

MAX_AMPLITUDE = 1e6
"""Larger values are no audio in plus or minus 1, but integers that somebody forgot to scale."""


def checked_samples(samples: ArrayLike) -> NDArray[np.float32]:
    """One channel of samples as float32 (n,), n >= 1; a copy only where type or layout ask for one.

    float32 and float64 of any memory layout, read-only memory included, are taken as they are; int16 is
    divided by 32768. Nothing is mixed, resampled or normalised. Raises AudioError: bad_samples (another
    type, more than one axis, values beyond 1e6), empty, not_finite.
    """
    array = np.asarray(samples)
    if array.ndim != 1:
        raise AudioError(AudioReason.BAD_SAMPLES, _shape_complaint(array))
    if not array.size:
        raise AudioError(AudioReason.EMPTY, "there are no samples")
    mono = _as_float32(array)
    # min and max pass NaN on, so two sweeps check for everything.
    peak = max(float(mono.max()), -float(mono.min()))
    if not np.isfinite(peak):
        raise AudioError(AudioReason.NOT_FINITE, "some samples are not finite numbers")
    if peak > MAX_AMPLITUDE:
        detail = f"samples reach {peak:.3g}; full scale is 1 (integers must be divided by their full scale)"
        raise AudioError(AudioReason.BAD_SAMPLES, detail)
    return mono


def _as_float32(array: NDArray[np.generic]) -> NDArray[np.float32]:
    if array.dtype == np.int16:
        return array.astype(np.float32) * np.float32(1 / 32768)
    if array.dtype.kind != "f":
        detail = f"samples must be float32, float64 or int16, not {array.dtype}"
        raise AudioError(AudioReason.BAD_SAMPLES, detail)
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, np.float32)


def _shape_complaint(array: NDArray[np.generic]) -> str:
    if array.ndim == 2 and min(array.shape) > 1:
        return f"samples of shape {array.shape} are not mono: average the channels first"
    return f"samples must have the shape (n,), not {array.shape}"
