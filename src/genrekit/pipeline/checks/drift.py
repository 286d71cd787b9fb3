"""Whether what is scored lies where what was learnt from lies."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
from scipy import stats

import clipfeat
from genrekit.pipeline.checks.check import Check, Limit, Table, at_most, reported
from genrekit.pipeline.datasets.index import DataSet
from genrekit.pipeline.training_data import TrackRows, TrainingData

SUBJECT: Final = "drift"
MOST: Final = Limit(gate=0.35, wanted=0.20)
_SHOWN: Final = 8


def check_drift(dataset: DataSet, data: TrainingData) -> list[Check]:
    """Features between folds, features between kinds, genres between folds."""
    return [_between_folds(dataset, data), _between_kinds(data), _genres(dataset)]


def track_features(rows: TrackRows, n_tracks: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Mean features of each track float (n_tracks, n_dims), NaN where a track has none."""
    sums = np.zeros((n_tracks, rows.values.shape[1]))
    np.add.at(sums, rows.track, rows.values)
    counts = np.bincount(rows.track, minlength=n_tracks)
    return np.asarray(np.divide(sums, counts[:, None], out=np.full_like(sums, np.nan), where=counts[:, None] > 0))


def _between_folds(dataset: DataSet, data: TrainingData) -> Check:
    """The largest Kolmogorov-Smirnov distance, averaged over features, of any fold from the others."""
    values = track_features(data.clips, len(data.tracks))
    heard = np.isfinite(values).all(axis=1)
    rows = []
    for shuffle, fold in dataset.folds.items():
        folds = np.array([fold[track.name] for track in data.tracks])
        for each in np.unique(folds):
            inside, outside = values[heard & (folds == each)], values[heard & (folds != each)]
            distances = [stats.ks_2samp(inside[:, i], outside[:, i]).statistic for i in range(values.shape[1])]
            worst = int(np.argmax(distances))
            rows.append((shuffle, str(each), float(np.mean(distances)), clipfeat.TABULAR_NAMES[worst]))
    table = Table(
        ("shuffle", "fold", "mean distance", "furthest feature"),
        tuple((shuffle, each, f"{mean:.2f}", name) for shuffle, each, mean, name in rows),
    )
    note = "Kolmogorov-Smirnov distance of the 57 features between a fold and the others, mean over features."
    return at_most(SUBJECT, "features of a fold against the others", max(row[2] for row in rows), MOST, note, table)


def _between_kinds(data: TrainingData) -> Check:
    values = track_features(data.clips, len(data.tracks))
    kinds = np.array([track.kind for track in data.tracks])
    heard = np.isfinite(values).all(axis=1)
    whole, other = values[heard & (kinds == "whole")], values[heard & (kinds != "whole")]
    note = "Between whole tracks and excerpts: told, not gated, since they are of other genres too."
    if not len(whole) or not len(other):
        return reported(SUBJECT, "features of excerpts against whole tracks", None, "Only one kind is at hand.")
    distances = np.array([stats.ks_2samp(whole[:, i], other[:, i]).statistic for i in range(values.shape[1])])
    order = np.argsort(-distances)[:_SHOWN]
    table = Table(
        ("feature", "distance"), tuple((clipfeat.TABULAR_NAMES[i], f"{distances[i]:.2f}") for i in order.tolist())
    )
    return reported(SUBJECT, "features of excerpts against whole tracks", float(distances.mean()), note, table)


def _genres(dataset: DataSet) -> Check:
    """Total variation distance of the genres of a fold from those of all."""
    every = Counter(track.genre for track in dataset.tracks)
    distances = []
    for fold in dataset.folds.values():
        for each in set(fold.values()):
            inside = Counter(track.genre for track in dataset.tracks if fold[track.name] == each)
            distances.append(
                sum(abs(inside[genre] / inside.total() - every[genre] / every.total()) for genre in every) / 2
            )
    note = "Half the sum of the differences between the shares of the genres in a fold and in all; the largest."
    return at_most(SUBJECT, "genres of a fold against all", max(distances), Limit(0.25, 0.15), note)
