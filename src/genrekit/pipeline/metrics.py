"""What a set of predictions is worth: figures, each with its interval where it has one.

All functions take probabilities float (n_tracks, n_genres) and true genres int (n_tracks,), and are pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]
Labels = NDArray[np.int64]

_BINS: Final = 10
_DRAWS: Final = 2000


def accuracy(proba: Probabilities, truth: Labels) -> float:
    """Share of tracks whose most probable genre is the true one."""
    return float(np.mean(proba.argmax(axis=1) == truth))


def balanced_accuracy(proba: Probabilities, truth: Labels) -> float:
    """Mean over the genres that occur of the accuracy within each: no genre counts more for being common."""
    hits = proba.argmax(axis=1) == truth
    return float(np.mean([hits[truth == genre].mean() for genre in np.unique(truth)]))


def f1_by_genre(proba: Probabilities, truth: Labels) -> list[float]:
    """Harmonic mean of precision and recall for each genre; 0 where a genre is neither predicted nor true."""
    confusion = confusion_matrix(proba, truth)
    found = np.diag(confusion)
    total = confusion.sum(axis=0) + confusion.sum(axis=1)
    return np.divide(2 * found, total, out=np.zeros(len(total)), where=total > 0).tolist()  # type: ignore[no-any-return]


def confusion_matrix(proba: Probabilities, truth: Labels) -> NDArray[np.int64]:
    """Tracks by true genre (rows) and predicted genre (columns)."""
    n_genres = proba.shape[1]
    pairs = truth * n_genres + proba.argmax(axis=1)
    return np.bincount(pairs, minlength=n_genres * n_genres).reshape(n_genres, n_genres)


def log_loss(proba: Probabilities, truth: Labels) -> float:
    """Mean negative natural logarithm of the probability given to the true genre."""
    picked = proba[np.arange(len(truth)), truth]
    return float(-np.mean(np.log(np.maximum(picked, 1e-12))))


def brier_score(proba: Probabilities, truth: Labels) -> float:
    """Mean over tracks of the squared distance between probabilities and truth (Brier, 1950), 0 to 2."""
    return float(np.mean(np.sum((proba - np.eye(proba.shape[1])[truth]) ** 2, axis=1)))


def calibration_error(proba: Probabilities, truth: Labels) -> float:
    """Expected calibration error (Guo et al., 2017): ten bins of equal width over the top probability.

    The mean over tracks of the gap, within a track's bin, between mean probability and accuracy.
    """
    top = proba.max(axis=1)
    hits = proba.argmax(axis=1) == truth
    bins = np.minimum((top * _BINS).astype(int), _BINS - 1)
    gaps = [abs(top[bins == index].sum() - hits[bins == index].sum()) for index in range(_BINS)]
    return float(sum(gaps) / len(truth))


def coverage_curve(proba: Probabilities, truth: Labels, coverages: Sequence[float]) -> dict[str, float]:
    """Accuracy over the most confident share of tracks, for each share."""
    order = np.argsort(-proba.max(axis=1), kind="stable")
    hits = (proba.argmax(axis=1) == truth)[order]
    return {f"{share:g}": float(hits[: max(1, round(share * len(hits)))].mean()) for share in coverages}


def group_interval(values: NDArray[np.float64], groups: Sequence[str], seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of a mean over tracks, drawn by group: tracks of one artist are not independent.

    Args:
        values: float (n_tracks,).
        groups: of the tracks.
        seed: of the draws.
    """
    _, index = np.unique(np.array(groups), return_inverse=True)
    sums = np.bincount(index, weights=values)
    counts = np.bincount(index).astype(np.float64)
    draws = np.random.default_rng(seed).integers(0, len(sums), (_DRAWS, len(sums)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def summarise(proba: Probabilities, truth: Labels, groups: Sequence[str]) -> dict[str, Any]:
    """All figures of one set of predictions, as they are written to ``metrics.json``."""
    hits = (proba.argmax(axis=1) == truth).astype(np.float64)
    return {
        "tracks": len(truth),
        "accuracy": accuracy(proba, truth),
        "interval": list(group_interval(hits, groups)),
        "balanced": balanced_accuracy(proba, truth),
        "log_loss": log_loss(proba, truth),
        "brier": brier_score(proba, truth),
        "calibration_error": calibration_error(proba, truth),
    }
