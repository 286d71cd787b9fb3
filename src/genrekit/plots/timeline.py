"""The answer over time: how probable each genre is in each stretch of a track."""

from __future__ import annotations

from typing import Final

import numpy as np

from genrekit.genres import display_genre
from genrekit.plots.canvas import HEAT, INK, Picture, finished, name_axes, new_axes
from genrekit.values import Prediction

_ROWS: Final = 6
_INCHES_A_ROW: Final = 0.32


def draw(prediction: Prediction) -> Picture:
    """A row for each of the likeliest genres, a column for each stretch; a dot marks the genre that leads.

    A genre's probability for the whole track stands beside its name. A prediction without stretches gives empty axes.
    """
    ranked = _rows(prediction)
    names = [f"{display_genre(genre)}  {100 * prediction.proba[genre]:.0f} %" for genre in ranked]
    figure, axes = new_axes(8, 0.9 + _INCHES_A_ROW * len(ranked))
    clips = prediction.clips
    if clips:
        edges = np.array([*(clip.start for clip in clips), clips[-1].end])
        proba = np.array([[clip.proba[genre] for clip in clips] for genre in ranked])
        cells = axes.pcolormesh(edges, np.arange(len(ranked) + 1) - 0.5, proba, cmap=HEAT, vmin=0, vmax=1)
        leads = [(clip, ranked.index(clip.genre)) for clip in clips if clip.genre in ranked]
        axes.plot(
            [(clip.start + clip.end) / 2 for clip, _ in leads],
            [row for _, row in leads],
            "o",
            markersize=3.5,
            color="white",
            markeredgecolor="black",
            markeredgewidth=0.6,
        )
        axes.set_xlim(edges[0], edges[-1])
        bar = figure.colorbar(cells, ax=axes, pad=0.01)
        bar.ax.tick_params(colors=INK, labelsize=8)
        bar.outline.set_visible(False)
        bar.set_label("probability", color=INK, fontsize=9)
    axes.set_yticks(range(len(ranked)), names)
    axes.set_ylim(len(ranked) - 0.5, -0.5)
    name_axes(axes, "time [s]", "")
    return finished(figure)


def _rows(prediction: Prediction) -> list[str]:
    """The genres shown: those that lead somewhere come before those that are merely likely; best first."""
    likely = [genre for genre, _ in prediction.top(len(prediction.proba))]
    leading = {clip.genre for clip in prediction.clips}
    shown = {*sorted(likely, key=lambda genre: genre not in leading)[:_ROWS]}
    return [genre for genre in likely if genre in shown]
