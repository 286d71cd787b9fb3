"""How far answers hold when sound is changed: one small curve for each kind of change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes

from genrekit.plots.canvas import ACCENT, FAINT, LEAD, Picture, finished, give_title, in_ink, name_axes, new_figure

CAPTION: Final = (
    "Points of accuracy gained or lost when the same tracks are changed, out of fold; dashed: the sound untouched; "
    "upright lines: 95 % intervals."
)
"""What the picture shows, for whoever puts it on a page."""

_COLUMNS: Final = 3
_STEP_POINTS: Final = 10
# The amounts that change nothing: a point of the curve that need not be measured.
_NOTHING: Final = MappingProxyType({"gain": 0.0, "pitch": 0.0, "tempo": 1.0})


@dataclass(frozen=True, slots=True)
class Curve:
    """What one kind of change costs, the further it goes.

    The points may be of different tracks, so each is held against the very same tracks untouched.

    Attributes:
        title: what is changed.
        unit: of the amounts, and what they mean.
        amounts: how far, one for each point, in the order in which they are drawn.
        change: accuracy of the changed tracks less that of the same tracks untouched, one for each point.
        low: lower ends of its intervals.
        high: upper ends.
    """

    title: str
    unit: str
    amounts: tuple[float, ...]
    change: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def curves_of(rows: Sequence[Mapping[str, Any]]) -> list[Curve]:
    """A curve for each kind of change that has more than one amount, the amounts ascending.

    Args:
        rows: of a report, as `genrekit.pipeline.robustness` writes them.
    """
    graded = [row for row in rows if row["unit"]]
    families = {row["family"]: [other for other in graded if other["family"] == row["family"]] for row in graded}
    return [_curve(family, points) for family, points in families.items() if len(points) > 1]


def _curve(family: str, rows: Sequence[Mapping[str, Any]]) -> Curve:
    points = [(row["amount"], -row["loss"], -row["loss_interval"][1], -row["loss_interval"][0]) for row in rows]
    if family in _NOTHING:
        points.append((_NOTHING[family], 0.0, 0.0, 0.0))
    amounts, change, low, high = zip(*sorted(points), strict=True)
    return Curve(family, rows[0]["unit"], amounts, change, low, high)


def draw(curves: Sequence[Curve]) -> Picture:
    """One pair of axes a curve, all of one scale, in points of accuracy; the dashed line is the untouched sound."""
    rows = max(1, math.ceil(len(curves) / _COLUMNS))
    figure = new_figure(8, 0.3 + 1.9 * rows)
    grid = figure.add_gridspec(rows, _COLUMNS)
    limits = _limits(curves)
    for index, curve in enumerate(curves):
        axes = figure.add_subplot(grid[index // _COLUMNS, index % _COLUMNS])
        in_ink(axes)
        _draw_curve(axes, curve)
        axes.set_ylim(limits)
        give_title(axes, curve.title)
        name_axes(axes, curve.unit, "" if index % _COLUMNS else "points")
    return finished(figure)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    places = range(len(curve.amounts))
    change, low, high = (100 * np.array(values) for values in (curve.change, curve.low, curve.high))
    axes.axhline(0, linestyle="--", color=ACCENT, linewidth=1.2)
    axes.vlines(places, low, high, color=LEAD, linewidth=1.2, alpha=0.6)
    axes.plot(places, change, "o-", color=LEAD, markersize=4, linewidth=1.5)
    axes.set_xticks(places, [f"{amount:g}" for amount in curve.amounts])
    axes.set_xlim(-0.3, len(curve.amounts) - 0.7)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)


def _limits(curves: Sequence[Curve]) -> tuple[float, float]:
    """From the lowest interval to the highest, and a step beyond what is drawn, in points."""
    lowest = min((100 * value for curve in curves for value in curve.low), default=0.0)
    highest = max((100 * value for curve in curves for value in curve.high), default=0.0)
    return (
        _STEP_POINTS * math.floor(min(lowest, -_STEP_POINTS) / _STEP_POINTS),
        _STEP_POINTS * math.ceil(max(highest, _STEP_POINTS / 2) / _STEP_POINTS),
    )
