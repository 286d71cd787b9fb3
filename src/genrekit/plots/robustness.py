"""How far answers hold when sound is changed: one small curve for each kind of change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from genrekit.plots.canvas import ACCENT, FAINT, LEAD, Picture, finished, give_title, in_ink, name_axes, new_figure

_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class Curve:
    """Accuracy along one kind of change.

    Attributes:
        title: what is changed.
        unit: of the amounts, and what they mean.
        amounts: how far, one for each point, in the order in which they are drawn.
        accuracy: of the changed tracks, one for each point.
        untouched: accuracy of the same tracks as they were, one for each point.
    """

    title: str
    unit: str
    amounts: tuple[float, ...]
    accuracy: tuple[float, ...]
    untouched: tuple[float, ...]


def draw(curves: Sequence[Curve]) -> Picture:
    """One pair of axes a curve, all of one height; the line above is the same tracks untouched."""
    rows = max(1, math.ceil(len(curves) / _COLUMNS))
    figure = new_figure(8, 0.3 + 1.9 * rows)
    grid = figure.add_gridspec(rows, _COLUMNS)
    for index, curve in enumerate(curves):
        axes = figure.add_subplot(grid[index // _COLUMNS, index % _COLUMNS])
        in_ink(axes)
        places = range(len(curve.amounts))
        axes.plot(places, curve.untouched, "--", color=ACCENT, linewidth=1.2)
        axes.plot(places, curve.accuracy, "o-", color=LEAD, markersize=4, linewidth=1.5)
        axes.set_xticks(places, [f"{amount:g}" for amount in curve.amounts])
        axes.set_xlim(-0.3, len(curve.amounts) - 0.7)
        axes.set_ylim(0, 1)
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        give_title(axes, curve.title)
        name_axes(axes, curve.unit, "" if index % _COLUMNS else "accuracy")
    return finished(figure)
