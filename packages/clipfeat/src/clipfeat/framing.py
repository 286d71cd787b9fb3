"""Samples to frames, and tracks to clips."""

import numpy as np
from numpy.typing import NDArray

from clipfeat.config import FeatureConfig, Recipe
from clipfeat.errors import ConfigError

__all__ = ["frames_of", "padded_for_frames", "split_clips"]

Samples = NDArray[np.float32]


def padded_for_frames(samples: Samples, n_fft: int, recipe: Recipe) -> Samples:
    """Samples with half a frame added at both ends, so that frame t is centred on sample t * hop.

    "modern" adds zeros; "legacy" mirrors without repeating the edge sample, again and again where the clip
    is shorter than half a frame.
    """
    mode = "constant" if recipe == "modern" else "reflect"
    return np.pad(samples, n_fft // 2, mode=mode)  # type: ignore[call-overload, no-any-return]


def frames_of(padded: Samples, length: int, hop: int) -> NDArray[np.float32]:
    """A read-only view (n_frames, length) of neighbouring frames; nothing is copied."""
    return np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]


def split_clips(
    samples: Samples, config: FeatureConfig, *, seconds: float, hop_seconds: float | None = None
) -> list[Samples]:
    """Cut a track into clips of `seconds`, one every `hop_seconds` (default: end to end), as views.

    Clips are all of the same length; what is left at the end is dropped, and a track shorter than one clip
    gives no clip.

    Args:
        samples: float32 (n,) at config.sample_rate.
        config: the settings.
        seconds: length of a clip [s], rounded to whole samples.
        hop_seconds: from one clip's beginning to the next [s], likewise.

    Raises:
        ConfigError: a time is not positive.
    """
    hop_seconds = seconds if hop_seconds is None else hop_seconds
    length, hop = round(seconds * config.sample_rate), round(hop_seconds * config.sample_rate)
    if length < 1 or hop < 1:
        raise ConfigError(f"clips need positive lengths (got {seconds} s every {hop_seconds} s)")
    return [samples[start : start + length] for start in range(0, len(samples) - length + 1, hop)]
