"""The sound itself: the envelope of a waveform over time."""

from __future__ import annotations

from typing import Final

import numpy as np

from genrekit.plots.canvas import FAINT, LEAD, Picture, finished, name_axes, new_axes
from genrekit.values import FloatArray

_COLUMNS: Final = 1000


def draw(samples: FloatArray, sample_rate: int) -> Picture:
    """Highest and lowest sample of each of a thousand stretches.

    Args:
        samples: float32 (n_samples,), full scale at 1; at least one.
        sample_rate: [Hz].
    """
    edges = np.linspace(0, len(samples), min(_COLUMNS, len(samples)) + 1).astype(np.int64)[:-1]
    figure, axes = new_axes(8, 1.8)
    axes.axhline(0, color=FAINT, linewidth=0.8)
    axes.fill_between(
        edges / sample_rate,
        np.minimum.reduceat(samples, edges),
        np.maximum.reduceat(samples, edges),
        color=LEAD,
        linewidth=0.4,
        step="post",
    )
    axes.set_xlim(0, len(samples) / sample_rate)
    axes.set_ylim(-1.02, 1.02)
    name_axes(axes, "time [s]", "amplitude")
    return finished(figure)
