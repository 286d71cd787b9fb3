"""Learn how the members become one answer: their weights and the sharpness of the calibration.

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

from genrekit.pipeline.metrics import log_loss
from genrekit.pipeline.out_of_fold import OutOfFold

_STEPS: Final = 20
_SHARPNESS: Final = np.geomspace(0.25, 4.0, 81)


@dataclass(frozen=True, slots=True)
class FittedCombination:
    """What has been learnt.

    Attributes:
        weights: of the members, in their order; they sum to 1.
        sharpness: factor on the weighted log-probabilities before the softmax.
    """

    weights: tuple[float, ...]
    sharpness: float


def fit_combination(log_proba: NDArray[np.float32], truth: NDArray[np.int64]) -> FittedCombination:
    """The weights (in twentieths) and the sharpness with the least log-loss.

    Only weights with which the whole is at least as accurate as its best member alone are considered: a weak member
    can soften a log-loss while it turns right answers into wrong ones. A grid, because there is one broad minimum,
    and because the result is then the same on every machine.

    Args:
        log_proba: float (n_members, n_tracks, n_genres), out of fold.
        truth: int (n_tracks,).
    """
    simplex = _simplex(len(log_proba))
    hits = {weights: _hits(log_proba, truth, weights) for weights in simplex}
    best = max(count for weights, count in hits.items() if max(weights) == 1)
    fits = [_best_sharpness(log_proba, truth, weights) for weights in simplex if hits[weights] >= best]
    return min(fits, key=lambda fit: fit[0])[1]


def _hits(log_proba: NDArray[np.float32], truth: NDArray[np.int64], weights: tuple[float, ...]) -> int:
    return int(np.sum(np.tensordot(np.array(weights), log_proba, axes=1).argmax(axis=1) == truth))


def combine(log_proba: NDArray[np.float32], fitted: FittedCombination) -> NDArray[np.float64]:
    """Probabilities float (n_tracks, n_genres) from log-probabilities (n_members, n_tracks, n_genres)."""
    logits = fitted.sharpness * np.tensordot(np.array(fitted.weights), log_proba, axes=1)
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


def _best_sharpness(
    log_proba: NDArray[np.float32], truth: NDArray[np.int64], weights: tuple[float, ...]
) -> tuple[float, FittedCombination]:
    candidates = [FittedCombination(weights, float(sharpness)) for sharpness in _SHARPNESS]
    losses = [log_loss(combine(log_proba, candidate), truth) for candidate in candidates]
    best = int(np.argmin(losses))
    return losses[best], candidates[best]


def _simplex(n_members: int) -> list[tuple[float, ...]]:
    """All weights in twentieths that sum to 1."""
    shares = product(range(_STEPS + 1), repeat=n_members - 1)
    return [
        (*(share / _STEPS for share in rest), (_STEPS - sum(rest)) / _STEPS) for rest in shares if sum(rest) <= _STEPS
    ]
