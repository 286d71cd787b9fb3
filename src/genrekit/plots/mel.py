"""What the nets hear: the log-mel spectrogram of a track."""

from __future__ import annotations

from typing import Final

import numpy as np

import clipfeat
from clipfeat.mel import mel_edges
from genrekit.plots.canvas import HEAT, INK, Picture, finished, name_axes, new_axes
from genrekit.values import FloatArray

_COLUMNS: Final = 1000
_MARKS_HZ: Final = (250, 500, 1000, 2000, 4000, 8000)
_RANGE_DB: Final = 80.0


def draw(logmel: FloatArray, config: clipfeat.FeatureConfig) -> Picture:
    """Level of each mel band over time.

    Args:
        logmel: float32 (n_mels, n_frames) [dB], as `clipfeat.extract_logmel` gives it.
        config: that it was extracted with.
    """
    bands, frames = logmel.shape
    # A long track has more frames than a picture has columns; the loudest of those that share one is shown.
    starts = np.linspace(0, frames, min(_COLUMNS, frames) + 1).astype(np.int64)[:-1]
    shown = np.maximum.reduceat(logmel, starts, axis=1)
    top = float(shown.max())
    figure, axes = new_axes(8, 2.6)
    extent = (0.0, frames * config.hop_length / config.sample_rate, -0.5, bands - 0.5)
    picture = axes.imshow(
        shown,
        origin="lower",
        aspect="auto",
        extent=extent,
        cmap=HEAT,
        vmin=top - _RANGE_DB,
        vmax=top,
        interpolation="nearest",
    )
    centres = mel_edges(bands, config.sample_rate / 2)[1:-1]
    marks = [mark for mark in _MARKS_HZ if mark < centres[-1]]
    axes.set_yticks(np.interp(marks, centres, np.arange(bands)), [f"{mark:g}" for mark in marks])
    name_axes(axes, "time [s]", "frequency [Hz]")
    bar = figure.colorbar(picture, ax=axes, pad=0.01)
    bar.ax.tick_params(colors=INK, labelsize=8)
    bar.outline.set_visible(False)
    bar.set_label("level [dB]", color=INK, fontsize=9)
    return finished(figure)
