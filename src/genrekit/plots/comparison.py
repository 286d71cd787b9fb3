"""Models side by side: a row for each, a dot for each way in which they were measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from genrekit.plots.canvas import FAINT, PALETTE, Picture, add_legend, finished, name_axes, new_axes

_INCHES_A_ROW: Final = 0.32
_MARKERS: Final = ("o", "D", "s", "^")


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of one model.

    Attributes:
        value: share, from 0 to 1.
        low: lower end of its interval or range; the value itself where there is none.
        high: upper end.
    """

    value: float
    low: float
    high: float


def draw(names: Sequence[str], measures: Mapping[str, Sequence[Measured]], across: str) -> Picture:
    """All figures over one axis from 0 to 1, the first name on top.

    Args:
        names: of the models.
        measures: by name of the way in which was measured, a figure for each model.
        across: what the figures are, with their unit.
    """
    figure, axes = new_axes(7, 1.0 + _INCHES_A_ROW * len(names))
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    for index, (way, figures) in enumerate(measures.items()):
        # Dots that mean the same model lie beside each other, not on top.
        places = [row + 0.24 * (index - (len(measures) - 1) / 2) for row in range(len(names))]
        colour, marker = PALETTE[index % len(PALETTE)], _MARKERS[index % len(_MARKERS)]
        axes.hlines(places, [each.low for each in figures], [each.high for each in figures], color=colour, alpha=0.5)
        axes.plot([each.value for each in figures], places, marker, color=colour, markersize=5, label=way)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    if measures:
        add_legend(axes)
    name_axes(axes, across, "")
    return finished(figure)
