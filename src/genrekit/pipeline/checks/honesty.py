"""Whether probabilities mean what they say, and whether "unsure" is said of the right tracks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline import metrics
from genrekit.pipeline.checks.check import Check, Limit, Table, at_least, at_most, reported
from genrekit.pipeline.combination import crossed
from genrekit.pipeline.out_of_fold import OutOfFold

SUBJECT: Final = "calibration"
CALIBRATION_ERROR: Final = Limit(gate=0.08, wanted=0.05)
GAIN_OF_UNSURE: Final = Limit(gate=0.03, wanted=0.05)
KEPT: Final = Limit(gate=0.75, wanted=0.80)
_BINS: Final = 10
_DRAWS: Final = 500

Float = NDArray[np.float64]


def check_honesty(predictions: OutOfFold, shipped: list[str], unsure_below: float) -> list[Check]:
    """Calibration error, what chance alone would leave of it, and what "unsure" is worth.

    Args:
        predictions: of all members.
        shipped: names of the members that have a weight in the artifact.
        unsure_below: top probability below which the artifact says "unsure".
    """
    proba = crossed(predictions, shipped)
    error = float(np.mean([metrics.calibration_error(shuffle, predictions.truth) for shuffle in proba]))
    note = "Expected calibration error in ten bins after calibration on the other folds, mean over shuffles."
    bins = Table(
        ("top probability", "tracks", "accuracy"),
        tuple(
            (f"{mean:.2f}", f"{count:.0f}", f"{share:.2f}") for mean, share, count in reliability(predictions, proba)
        ),
    )
    return [
        at_most(SUBJECT, "calibration error", error, CALIBRATION_ERROR, note, bins),
        reported(
            SUBJECT,
            "calibration error of a perfectly calibrated model",
            chance_error(proba[0].max(axis=1)),
            "What so many tracks in ten bins show by chance alone, drawn from the probabilities given.",
        ),
        *_unsure(predictions, proba, unsure_below),
    ]


def reliability(predictions: OutOfFold, proba: Float) -> list[tuple[float, float, float]]:
    """Mean top probability, accuracy and tracks (a mean over shuffles) of each bin that is not empty."""
    top = proba.max(axis=2).ravel()
    hits = (proba.argmax(axis=2) == predictions.truth).ravel()
    bins = np.minimum((top * _BINS).astype(int), _BINS - 1)
    return [
        (float(top[bins == index].mean()), float(hits[bins == index].mean()), float((bins == index).sum() / len(proba)))
        for index in np.unique(bins)
    ]


def chance_error(top: Float) -> float:
    """Mean calibration error when every answer is right exactly as often as its probability says.

    Args:
        top: float (n_tracks,), probabilities of the answers.
    """
    rng = np.random.default_rng(0)
    bins = np.minimum((top * _BINS).astype(int), _BINS - 1)
    sums = np.bincount(bins, weights=top, minlength=_BINS)
    errors = [
        np.abs(sums - np.bincount(bins, weights=rng.random(len(top)) < top, minlength=_BINS)).sum() / len(top)
        for _ in range(_DRAWS)
    ]
    return float(np.mean(errors))


def _unsure(predictions: OutOfFold, proba: Float, unsure_below: float) -> list[Check]:
    sure = proba.max(axis=2) >= unsure_below
    hits = proba.argmax(axis=2) == predictions.truth
    kept, gain = float(sure.mean()), float(hits[sure].mean() - hits.mean())
    return [
        at_least(SUBJECT, "share of tracks that are answered", kept, KEPT, f'"Unsure" is said below {unsure_below:g}.'),
        at_least(
            SUBJECT,
            'accuracy gained by "unsure"',
            gain,
            GAIN_OF_UNSURE,
            "Accuracy of the tracks that are answered, less that of all.",
        ),
    ]
