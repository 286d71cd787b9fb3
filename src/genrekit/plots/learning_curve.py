"""How a figure changes along the way: with training, or with the number of tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrekit.plots.canvas import FAINT, PALETTE, Picture, add_legend, finished, name_axes, new_axes


@dataclass(frozen=True, slots=True)
class Line:
    """One figure along the way.

    Attributes:
        name: in the legend.
        x: where it was measured.
        y: what was measured there.
        low: lower ends of intervals, or empty.
        high: upper ends of intervals, or empty.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


def draw(lines: Sequence[Line], across: str, up: str) -> Picture:
    """All lines over one another, intervals as bands.

    Args:
        lines: at most as many as there are colours are told apart.
        across: what x is, with its unit.
        up: what y is, with its unit.
    """
    figure, axes = new_axes(6, 3.2)
    axes.grid(color=FAINT, linewidth=0.6)
    for index, line in enumerate(lines):
        colour = PALETTE[index % len(PALETTE)]
        axes.plot(line.x, line.y, "o-" if len(line.x) <= 20 else "-", color=colour, markersize=4, label=line.name)
        if line.low and line.high:
            axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.2, linewidth=0)
    if lines:
        add_legend(axes)
    name_axes(axes, across, up)
    return finished(figure)
