"""Tracks that are answered wrongly and surely: what a card shows of a member's failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genrekit.pipeline.combination import crossed
from genrekit.pipeline.out_of_fold import OutOfFold


@dataclass(frozen=True, slots=True)
class Failure:
    """A track that every shuffle answers wrongly.

    Attributes:
        track: its name.
        kind: ``whole`` or ``excerpt``.
        truth: its genre by the data set.
        answer: what is said instead.
        probability: given to that answer, a mean over shuffles.
        truth_probability: given to the true genre.
    """

    track: str
    kind: str
    truth: str
    answer: str
    probability: float
    truth_probability: float


def surest_failures(predictions: OutOfFold, members: Sequence[str], count: int) -> list[Failure]:
    """The tracks that are wrong in every shuffle, those with the most probability for the wrong genre first."""
    proba = crossed(predictions, members)
    mean = proba.mean(axis=0)
    wrong = np.all(proba.argmax(axis=2) != predictions.truth, axis=0)
    order = sorted(np.flatnonzero(wrong).tolist(), key=lambda place: -float(mean[place].max()))
    return [
        Failure(
            track=predictions.names[place],
            kind=predictions.kinds[place],
            truth=predictions.genres[predictions.truth[place]],
            answer=predictions.genres[int(mean[place].argmax())],
            probability=float(mean[place].max()),
            truth_probability=float(mean[place, predictions.truth[place]]),
        )
        for place in order[:count]
    ]


def confused_pairs(predictions: OutOfFold, members: Sequence[str], count: int) -> list[tuple[str, str, float]]:
    """The commonest mistakes: true genre, answer, and tracks, a mean over shuffles."""
    answers = crossed(predictions, members).argmax(axis=2)
    genres = range(len(predictions.genres))
    found = [
        (predictions.genres[true], predictions.genres[said], float(np.mean([
            np.sum((predictions.truth == true) & (shuffle == said)) for shuffle in answers
        ])))
        for true in genres
        for said in genres
        if true != said
    ]  # fmt: skip
    return sorted([row for row in found if row[2] > 0], key=lambda row: -row[2])[:count]
