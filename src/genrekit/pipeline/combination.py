"""Learn how the members become one answer: their weights, and sharpness and floor of the calibration.

Only ever from out-of-fold predictions. With `crossed`, what is applied to a fold is learnt on the others,
so that the reported figures have not seen what they are measured on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.out_of_fold import OutOfFold

_STEPS: Final = 20
_SHARPNESS: Final = np.geomspace(0.25, 4.0, 81)
_MOST_FLOOR: Final = 0.5


@dataclass(frozen=True, slots=True)
class FittedCombination:
    """What has been learnt.

    Attributes:
        weights: of the members, in their order; they sum to 1.
        sharpness: factor on the weighted log-probabilities before the softmax.
        floor: share of the whole that all genres are given alike after it.
    """

    weights: tuple[float, ...]
    sharpness: float
    floor: float = 0.0


def fit_combination(log_proba: NDArray[np.float32], truth: NDArray[np.int64]) -> FittedCombination:
    """The weights (in twentieths), the sharpness and the floor with the least Brier score.

    Only weights with which the whole is at least as accurate as its best member alone are considered: a weak member
    can soften a loss while it turns right answers into wrong ones. A grid, because there is one broad minimum, and
    because the result is then the same on every machine. The Brier score, because a log-loss is decided by the few
    tracks whose label is plainly wrong, and makes all others less sure for their sake.

    Args:
        log_proba: float (n_members, n_tracks, n_genres), out of fold.
        truth: int (n_tracks,).
    """
    simplex = _simplex(len(log_proba))
    hits = {weights: _hits(log_proba, truth, weights) for weights in simplex}
    best = max(count for weights, count in hits.items() if max(weights) == 1)
    fits = [_best_calibration(log_proba, truth, weights) for weights in simplex if hits[weights] >= best]
    return min(fits, key=lambda fit: fit[0])[1]


def _hits(log_proba: NDArray[np.float32], truth: NDArray[np.int64], weights: tuple[float, ...]) -> int:
    return int(np.sum(np.tensordot(np.array(weights), log_proba, axes=1).argmax(axis=1) == truth))


def combine(log_proba: NDArray[np.float32], fitted: FittedCombination) -> NDArray[np.float64]:
    """Probabilities float (n_tracks, n_genres) from log-probabilities (n_members, n_tracks, n_genres)."""
    proba = _softmax(fitted.sharpness * np.tensordot(np.array(fitted.weights), log_proba, axes=1))
    return np.asarray((1 - fitted.floor) * proba + fitted.floor / proba.shape[1])


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    proba = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(proba / proba.sum(axis=1, keepdims=True))


def crossed(predictions: OutOfFold, members: Sequence[str]) -> NDArray[np.float64]:
    """Combine members so that each fold's combination is learnt on the other folds of its shuffle.

    Args:
        predictions: of all members.
        members: which of them to combine.

    Returns:
        Probabilities float (n_shuffles, n_tracks, n_genres).
    """
    stacked = np.stack([predictions.log_proba[member] for member in members])
    proba = np.empty(stacked.shape[1:])
    for shuffle, folds in enumerate(predictions.folds):
        for fold in np.unique(folds):
            inside = folds == fold
            fitted = fit_combination(stacked[:, shuffle, ~inside], predictions.truth[~inside])
            proba[shuffle, inside] = combine(stacked[:, shuffle, inside], fitted)
    return proba


def _best_calibration(
    log_proba: NDArray[np.float32], truth: NDArray[np.int64], weights: tuple[float, ...]
) -> tuple[float, FittedCombination]:
    mixed = np.tensordot(np.array(weights), log_proba, axes=1)
    fits = []
    for sharpness in _SHARPNESS.tolist():
        floor, loss = best_floor(_softmax(sharpness * mixed), truth)
        fits.append((loss, FittedCombination(weights, sharpness, floor)))
    return min(fits, key=lambda fit: fit[0])


def best_floor(proba: NDArray[np.float64], truth: NDArray[np.int64]) -> tuple[float, float]:
    """The share given to all genres alike with which probabilities (n_tracks, n_genres) have the least Brier score.

    The score is a parabola of the share.

    Returns:
        The share, in thousandths and at most a half; the score with it.
    """
    even = 1 / proba.shape[1]
    wrong = proba.copy()
    wrong[np.arange(len(truth)), truth] -= 1
    constant, curvature = float(np.vdot(wrong, wrong)), float(np.vdot(proba - even, proba - even))
    slope = float(np.vdot(wrong, even - proba))
    share = round(min(max(-slope / curvature, 0.0), _MOST_FLOOR), 3) if curvature else 0.0
    return share, (constant + 2 * share * slope + share**2 * curvature) / len(truth)


def _simplex(n_members: int) -> list[tuple[float, ...]]:
    """All weights in twentieths that sum to 1."""
    shares = product(range(_STEPS + 1), repeat=n_members - 1)
    return [
        (*(share / _STEPS for share in rest), (_STEPS - sum(rest)) / _STEPS) for rest in shares if sum(rest) <= _STEPS
    ]
