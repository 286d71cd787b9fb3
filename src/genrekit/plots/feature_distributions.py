"""Where two groups of tracks lie in a few features: what differs when sound from elsewhere comes in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.plots.canvas import INK, PALETTE, Picture, finished, in_ink, new_figure

_COLUMNS: Final = 4


def draw(features: Mapping[str, Mapping[str, NDArray[np.floating]]]) -> Picture:
    """A pair of axes for each feature, in it a box for each group: quartiles, and the middle 90 %.

    Args:
        features: by name of the feature, values (n,) by name of the group.
    """
    rows = max(1, math.ceil(len(features) / _COLUMNS))
    figure = new_figure(8, 0.3 + 1.7 * rows)
    grid = figure.add_gridspec(rows, _COLUMNS)
    for index, (name, groups) in enumerate(features.items()):
        axes = figure.add_subplot(grid[index // _COLUMNS, index % _COLUMNS])
        in_ink(axes)
        boxes = axes.boxplot(
            [np.asarray(values, dtype=np.float64) for values in groups.values()],
            tick_labels=list(groups),
            whis=(5, 95),
            widths=0.6,
            showfliers=False,
            patch_artist=True,
        )
        for part in ("whiskers", "caps", "medians"):
            for line in boxes[part]:
                line.set_color(INK)
        for place, box in enumerate(boxes["boxes"]):
            box.set(facecolor=PALETTE[place % len(PALETTE)], edgecolor=INK, linewidth=0.8)
        # Smaller than other titles: the longest names of features are as wide as their axes.
        axes.set_title(name, color=INK, fontsize=8, loc="left")
    return finished(figure)
