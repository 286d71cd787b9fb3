"""One report for every set of predictions: out of fold while training, or of an artifact on tracks at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline import metrics

_COVERAGES: Final = (0.7, 0.8, 0.9, 1.0)


def score(
    proba: NDArray[np.float64],
    truth: NDArray[np.int64],
    groups: Sequence[str],
    genres: Sequence[str],
    unsure_below: float,
) -> dict[str, Any]:
    """Figures of predictions, ready for JSON.

    Args:
        proba: float (n_shuffles, n_tracks, n_genres); figures are means over the shuffles.
        truth: int (n_tracks,).
        groups: of the tracks; intervals are drawn over them.
        genres: names, in the order of the predictions.
        unsure_below: top probability below which the answer is "unsure".
    """
    hits = np.mean([shuffle.argmax(axis=1) == truth for shuffle in proba], axis=0)
    confusion = np.mean([metrics.confusion_matrix(shuffle, truth) for shuffle in proba], axis=0)
    curves = [metrics.coverage_curve(shuffle, truth, _COVERAGES) for shuffle in proba]
    return {
        "tracks": len(truth),
        "groups": len(set(groups)),
        "genres": list(genres),
        "accuracy": float(hits.mean()),
        "interval": list(metrics.group_interval(hits, groups)),
        "balanced": _mean(metrics.balanced_accuracy, proba, truth),
        "log_loss": _mean(metrics.log_loss, proba, truth),
        "calibration_error": _mean(metrics.calibration_error, proba, truth),
        "most_common": float(np.bincount(truth).max() / len(truth)),
        "coverage": {share: float(np.mean([curve[share] for curve in curves])) for share in curves[0]},
        "sure": _sure(proba, truth, unsure_below),
        "by_genre": _by_genre(confusion, genres),
        "confusion": confusion.tolist(),
    }


def _mean(figure: Callable[..., float], proba: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    return float(np.mean([figure(shuffle, truth) for shuffle in proba]))


def _sure(proba: NDArray[np.float64], truth: NDArray[np.int64], unsure_below: float) -> dict[str, float]:
    """How many answers are not "unsure", and how many of those are right; none right where none is sure."""
    sure = proba.max(axis=2) >= unsure_below
    right = sure & (proba.argmax(axis=2) == truth)
    return {
        "threshold": unsure_below,
        "share": float(sure.mean()),
        "accuracy": float(right.sum() / max(1, sure.sum())),
    }


def _by_genre(confusion: NDArray[np.float64], genres: Sequence[str]) -> dict[str, dict[str, float]]:
    """Recall and precision are 0 where a genre is never true or never predicted."""
    right, true, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    return {
        genre: {
            "tracks": float(true[index]),
            "recall": float(right[index] / max(true[index], 1e-12)),
            "precision": float(right[index] / max(predicted[index], 1e-12)),
            "f1": float(2 * right[index] / max(true[index] + predicted[index], 1e-12)),
        }
        for index, genre in enumerate(genres)
    }
