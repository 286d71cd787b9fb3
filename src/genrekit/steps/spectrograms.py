"""The spectral view: a track's frames, as mel levels or cepstral coefficients, cut into windows."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.values import FloatArray, View

Kind = Literal["logmel", "mfcc"]

# A window whose power is this share of the mean, 50 dB below it, is a pause and not music.
_PAUSE = 1e-5


def track_frames(samples: FloatArray, kind: Kind, config: clipfeat.FeatureConfig) -> FloatArray:
    """Frames of a whole track, float32 (n_bands, n_frames): mel levels [dB], or the cepstral coefficients of them.

    Args:
        samples: float32 (n_samples,) at the sample rate of `config`, brought to the level of training.
        kind: what a band is.
        config: of the features.
    """
    return (clipfeat.extract_logmel if kind == "logmel" else clipfeat.extract_mfcc)(samples, config)


def spectral_view(
    samples: FloatArray, kind: Kind, config: clipfeat.FeatureConfig, *, window_frames: int, hop_frames: int
) -> View:
    """Windows of a track's frames; pauses are left out, and so is a rest at the end shorter than a window.

    Args:
        samples: as for `track_frames`, not silent.
        kind: as for `track_frames`.
        config: as for `track_frames`.
        window_frames: length of a window; a track shorter than that is one window of its own length.
        hop_frames: from the start of a window to the next.

    Returns:
        Values float32 (n_windows, n_bands, n_frames).
    """
    frames = track_frames(samples, kind, config)
    length = min(window_frames, frames.shape[1])
    starts = np.arange(0, frames.shape[1] - length + 1, hop_frames)
    starts = starts[_sounding(samples, starts * config.hop_length, length * config.hop_length)]
    seconds = starts * (config.hop_length / config.sample_rate)
    end = seconds + (length - 1) * (config.hop_length / config.sample_rate)
    values = np.stack([frames[:, start : start + length] for start in starts])
    return View(values, np.stack([seconds, end], axis=1))


def _sounding(samples: FloatArray, starts: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Which windows are no pauses, bool (n_windows,); the loudest never is one."""
    levels = np.array([np.square(samples[start : start + length]).sum(dtype=np.float64) for start in starts])
    return np.asarray(levels >= levels.mean() * _PAUSE)
