"""What members learn from: rows with a genre and a weight, and how the weights are shared out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """Rows of a view, each with what a member shall say of it.

    Attributes:
        values: float (n_rows, n_dims).
        genre: int (n_rows,), index of the true genre.
        weight: float (n_rows,), how much each counts; positive.
    """

    values: NDArray[np.floating]
    genre: IntArray
    weight: FloatArray


def spread_rows(track: IntArray, most: int) -> IntArray:
    """Indices of at most so many rows of each track, evenly spread from its first to its last.

    Args:
        track: int (n_rows,), the track of each row; rows of one track lie together.
        most: rows of a track.
    """
    starts = np.flatnonzero(np.diff(track, prepend=track[:1] - 1))
    ends = np.append(starts[1:], len(track))
    picked = [
        start + np.unique(np.round(np.linspace(0, end - start - 1, most)).astype(np.int64))
        for start, end in zip(starts, ends, strict=True)
    ]
    return np.concatenate(picked)


def track_weights(track: IntArray, total: float = 1.0) -> FloatArray:
    """Weight of each row when a track's rows share one total: a long track counts no more than a short one.

    Args:
        track: int (n_rows,), the track of each row, in any order.
        total: of each track.
    """
    return np.asarray(total / np.bincount(track)[track])


def balance_genres(genre: IntArray, weight: FloatArray) -> FloatArray:
    """Weights scaled genre by genre so that all genres that occur count the same; their sum is kept.

    Args:
        genre: int (n_rows,).
        weight: float (n_rows,).
    """
    sums = np.bincount(genre, weights=weight)
    return np.asarray(weight * (weight.sum() / np.count_nonzero(sums)) / sums[genre])


def within_tracks(values: NDArray[np.floating], track: IntArray) -> FloatArray:
    """How rows wander about the mean of their own track: what passages and copies change, and no genre does.

    Within-class covariance, tracks as classes (Hatch, Kajarekar and Stolcke, 2006); every track counts the same.

    Args:
        values: float (n_rows, n_dims).
        track: int (n_rows,), the track of each row, in any order.

    Returns:
        float64 (n_dims, n_dims).
    """
    names, place, counts = np.unique(track, return_inverse=True, return_counts=True)
    means = np.zeros((len(names), values.shape[1]))
    np.add.at(means, place, values)
    away = values - (means / counts[:, None])[place]
    return np.asarray((away / counts[place][:, None]).T @ away / len(names))
