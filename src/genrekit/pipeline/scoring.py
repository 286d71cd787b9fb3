"""Rows scored by members that never saw their track: by any folds, and of any rows, changed ones too."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.trainers import Trainer
from genrekit.pipeline.training_data import TrackRows, TrainingData

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

LEARNT_FROM = -1
"""Fold of a track that is always learnt from and never scored."""


def score_rows(data: TrainingData, folds: IntArray, train: Trainer, wanted: Sequence[TrackRows]) -> list[FloatArray]:
    """Score rows of held-out tracks, fold by fold, each member trained once.

    Args:
        data: what members learn from.
        folds: int (n_shuffles, n_tracks), `LEARNT_FROM` where a track is in no fold.
        train: the member.
        wanted: sets of rows of its view.

    Returns:
        For each set, log-probabilities float32 (n_shuffles, n_rows, n_genres); NaN for rows of tracks in no fold.
    """
    scores = [np.full((len(folds), len(rows.track), len(data.genres)), np.nan, np.float32) for rows in wanted]
    for shuffle, fold_of in enumerate(folds):
        for fold in np.unique(fold_of[fold_of != LEARNT_FROM]):
            trained = train(data, fold_of != fold)
            for rows, into in zip(wanted, scores, strict=True):
                inside = fold_of[rows.track] == fold
                if inside.any():
                    into[shuffle, inside] = trained.log_proba(rows.values[inside])
            print(f"shuffle {shuffle}, fold {fold}", file=sys.stderr)  # noqa: T201 - progress
    return scores


def track_means(track: IntArray, scores: FloatArray) -> tuple[IntArray, NDArray[np.float64]]:
    """Mean of the scored rows of each track.

    Args:
        track: int (n_rows,), in any order.
        scores: float (n_shuffles, n_rows, n_genres), NaN where a row was not scored in any shuffle.

    Returns:
        Tracks int (n_tracks,), ascending, and their means float64 (n_shuffles, n_tracks, n_genres).
    """
    scored = ~np.isnan(scores).any(axis=(0, 2))
    tracks, place, counts = np.unique(track[scored], return_inverse=True, return_counts=True)
    means = np.zeros((len(scores), len(tracks), scores.shape[2]))
    for shuffle, rows in enumerate(scores):
        np.add.at(means[shuffle], place, rows[scored])
    return tracks, means / counts[:, None]
