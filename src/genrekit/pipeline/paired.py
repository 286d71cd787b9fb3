"""Is one better than the other? Answers of two members to the same tracks, compared track by track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from genrekit.pipeline.metrics import group_interval

Hits = NDArray[np.float64]

_DRAWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two members differ by.

    Attributes:
        difference: of their accuracies, first minus second.
        interval: 95 % bootstrap interval of the difference, drawn by group.
        worse: share of the draws in which the first is not better: the one-sided p-value of the bootstrap.
        only_first: tracks that only the first answers rightly, a mean over shuffles.
        only_second: the same of the second.
        mcnemar_p: two-sided p-value of McNemar's exact test, the median over shuffles. It takes tracks for
            independent, which those of one artist are not: the bootstrap is the one to trust.
    """

    difference: float
    interval: tuple[float, float]
    worse: float
    only_first: float
    only_second: float
    mcnemar_p: float


def compare(first: Hits, second: Hits, groups: Sequence[str]) -> Comparison:
    """Compare two members.

    Args:
        first: float (n_shuffles, n_tracks), 1 where the answer is right.
        second: the same of the other one, for the same shuffles and tracks.
        groups: of the tracks.
    """
    gain = np.mean(first - second, axis=0)
    pairs = [(int(np.sum(a > b)), int(np.sum(b > a))) for a, b in zip(first, second, strict=True)]
    return Comparison(
        difference=float(gain.mean()),
        interval=group_interval(gain, groups),
        worse=not_better(gain, groups),
        only_first=float(np.mean([won for won, _ in pairs])),
        only_second=float(np.mean([lost for _, lost in pairs])),
        mcnemar_p=float(np.median([mcnemar(won, lost) for won, lost in pairs])),
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p-value of as uneven a split, or more, of the tracks on which two members differ."""
    differing = only_first + only_second
    return 1.0 if not differing else float(stats.binomtest(only_first, differing).pvalue)


def not_better(gain: Hits, groups: Sequence[str], seed: int = 0) -> float:
    """Share of bootstrap draws, by group, in which the mean gain over tracks (n_tracks,) is not positive."""
    _, index = np.unique(np.array(groups), return_inverse=True)
    sums = np.bincount(index, weights=gain)
    draws = np.random.default_rng(seed).integers(0, len(sums), (_DRAWS, len(sums)))
    return float(np.mean(sums[draws].sum(axis=1) <= 0))
