"""Folds such that no group is in two, and every genre is in all as far as its groups allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_FOLDS: Final = 5


def count_folds(genre: NDArray[np.int64], groups: Sequence[str]) -> int:
    """How many folds a data set can have: five, or as many as its poorest genre has groups, and two at least."""
    named = np.array(groups)
    poorest = min(len(np.unique(named[genre == index])) for index in np.unique(genre))
    return max(2, min(MOST_FOLDS, poorest))


def grouped_folds(genre: NDArray[np.int64], groups: Sequence[str], count: int, seed: int) -> NDArray[np.int64]:
    """Deal the groups out, the largest first, each to the fold that has the least of its genres.

    Args:
        genre: int (n_tracks,).
        groups: of the tracks.
        count: of folds.
        seed: of the order among groups of one size.

    Returns:
        int (n_tracks,), 0 to count - 1.
    """
    names, group = np.unique(np.array(groups), return_inverse=True)
    tracks = np.zeros((len(names), int(genre.max()) + 1))
    np.add.at(tracks, (group, genre), 1)
    share = tracks / np.maximum(tracks.sum(axis=0), 1)
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-tracks.sum(axis=1)[order], kind="stable")]
    filled = np.zeros((count, tracks.shape[1]))
    fold_of = np.empty(len(names), np.int64)
    for index in order:
        # By genre first; among folds that are even in that, the one with the fewest tracks.
        load = filled @ (share[index] > 0) + 1e-3 * filled.sum(axis=1)
        fold_of[index] = int(np.argmin(load))
        filled[fold_of[index]] += share[index]
    return fold_of[group]
