"""The ensemble: from what the members say of their clips to one calibrated answer, for the track and over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genrekit.values import ClipResult, MemberScores, SpanArray

Float64Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Combination:
    """How members become one answer.

    Attributes:
        genres: in the order of the members' outputs.
        weights: of the members, in the order in which their scores are given; not all 0.
        sharpness: factor on the weighted log-probabilities before the softmax, from calibration.
        floor: share of the whole that all genres are given alike after it, from calibration.
    """

    genres: tuple[str, ...]
    weights: tuple[float, ...]
    sharpness: float
    floor: float = 0.0


def combine_track(scores: Sequence[MemberScores], combination: Combination) -> dict[str, float]:
    """Probability by genre for the whole track.

    Each member's log-probabilities are averaged over its clips (a product of experts over time), the members'
    averages are weighted, and one calibrated softmax turns them into probabilities.
    """
    means = [member.log_proba.mean(axis=0, dtype=np.float64) for member in scores]
    return _answer(_weighted(means, combination), combination)


def combine_timeline(
    scores: Sequence[MemberScores], combination: Combination, stretches: SpanArray
) -> tuple[ClipResult, ...]:
    """Probability by genre for stretches of the track; a stretch where no member heard anything is left out.

    In each stretch a member's rows count by how much of the stretch they cover.

    Args:
        scores: of the members.
        combination: as for the track.
        stretches: float64 (n_stretches, 2), start and end of each [s].
    """
    results = []
    for start, end in stretches.tolist():
        shares = [_overlap(member.spans, start, end) for member in scores]
        if all(share.sum() > 0 for share in shares):
            means = [share @ member.log_proba / share.sum() for share, member in zip(shares, scores, strict=True)]
            proba = _answer(_weighted(means, combination), combination)
            results.append(ClipResult(start, end, proba))
    return tuple(results)


def _weighted(means: Sequence[Float64Array], combination: Combination) -> Float64Array:
    weights = np.array(combination.weights) / sum(combination.weights)
    return np.asarray(weights @ np.stack(means))


def _answer(log_proba: Float64Array, combination: Combination) -> dict[str, float]:
    logits = combination.sharpness * log_proba
    proba = np.exp(logits - logits.max())
    proba *= (1 - combination.floor) / proba.sum()
    proba += combination.floor / len(proba)
    return dict(zip(combination.genres, proba.tolist(), strict=True))


def _overlap(spans: SpanArray, start: float, end: float) -> Float64Array:
    """Seconds that each span shares with the stretch from start to end, float64 (n_spans,)."""
    return np.asarray(np.maximum(0.0, np.minimum(spans[:, 1], end) - np.maximum(spans[:, 0], start)))
