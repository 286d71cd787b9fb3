"""Which genre is taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genrekit.genres import display_genre
from genrekit.plots.canvas import HEAT, Picture, finished, name_axes, new_axes


def draw(confusion: NDArray[np.floating], genres: Sequence[str]) -> Picture:
    """A row for each true genre, shaded by its shares; the cells tell how many tracks.

    Args:
        confusion: float (n_genres, n_genres), tracks by true genre (rows) and predicted genre (columns).
        genres: names, in that order.
    """
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    names = [display_genre(genre) for genre in genres]
    size = 2.0 + 0.42 * len(names)
    figure, axes = new_axes(size + 0.4, size)
    axes.imshow(shares, cmap=HEAT, vmin=0, vmax=1)
    for row, column in np.argwhere(confusion >= 0.05):
        axes.text(
            column,
            row,
            f"{confusion[row, column]:.1f}".removesuffix(".0"),
            ha="center",
            va="center",
            fontsize=8,
            color="black" if shares[row, column] > 0.5 else "white",
        )
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    name_axes(axes, "predicted", "true")
    return finished(figure)
