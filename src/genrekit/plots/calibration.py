"""Whether a probability of 70 % is right seven times in ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrekit.plots.canvas import ACCENT, FAINT, INK, LEAD, Picture, add_legend, finished, in_ink, name_axes, new_figure


@dataclass(frozen=True, slots=True)
class Bin:
    """Tracks whose top probability lies in one range.

    Attributes:
        confidence: mean of their top probability.
        accuracy: share of them that was answered rightly.
        count: how many they are (a mean over shuffles need not be whole).
    """

    confidence: float
    accuracy: float
    count: float


def draw(bins: Sequence[Bin]) -> Picture:
    """Accuracy against confidence, and below it how many tracks stand behind each point; empty bins are left out."""
    filled = [each for each in bins if each.count > 0]
    figure = new_figure(4.2, 4.6)
    grid = figure.add_gridspec(2, 1, height_ratios=(3.2, 1))
    upper, lower = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    for axes in (upper, lower):
        in_ink(axes)
        axes.set_xlim(0, 1)
        axes.grid(color=FAINT, linewidth=0.6)
    confidence = [each.confidence for each in filled]
    upper.plot([0, 1], [0, 1], linestyle="--", color=INK, linewidth=1, label="as promised")
    upper.plot(confidence, [each.accuracy for each in filled], "o-", color=LEAD, markersize=5, label="out of fold")
    upper.set_ylim(0, 1.02)
    add_legend(upper)
    name_axes(upper, "", "accuracy")
    lower.bar(confidence, [each.count for each in filled], width=0.06, color=ACCENT)
    name_axes(lower, "top probability", "tracks")
    return finished(figure)
