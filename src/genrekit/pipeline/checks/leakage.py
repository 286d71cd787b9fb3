"""Whether what is scored has been heard before: the same file, nearly the same sound, the same artist."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.checks.check import Check, Table, none_of, reported
from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.training_data import TrackRows, TrainingData

SUBJECT: Final = "leakage"
ALIKE: Final = 0.97
"""Cosine of two tracks' mean standardised embeddings from which on they pass for the same recording."""
_SHOWN: Final = 10


def check_leakage(dataset: DataSet, data: TrainingData) -> list[Check]:
    """By artist, by checksum, by sound; and what a published split shares."""
    return [
        none_of(
            SUBJECT,
            "artists on both sides of a fold",
            Table(("shuffle", "artist"), tuple(_straddling(dataset))),
            "A member would be scored on an artist that it learnt from.",
        ),
        none_of(
            SUBJECT,
            "identical files on both sides of a fold",
            Table(("track", "track"), tuple(_identical(dataset))),
            "By checksum.",
        ),
        _alike(dataset, data),
        _published_split(dataset),
    ]


def _straddling(dataset: DataSet) -> list[tuple[str, str]]:
    found = []
    for shuffle, fold in dataset.folds.items():
        sides: dict[str, set[int]] = defaultdict(set)
        for track in dataset.tracks:
            sides[track.group].add(fold[track.name])
        found += [(shuffle, group) for group, folds in sides.items() if len(folds) > 1]
    return found


def _identical(dataset: DataSet) -> list[tuple[str, str]]:
    by_hash: dict[str, list[Track]] = defaultdict(list)
    for track in dataset.tracks:
        if track.sha256:
            by_hash[track.sha256].append(track)
    return [
        (first.name, other.name)
        for first, *others in by_hash.values()
        for other in others
        if not _together(dataset, first, other)
    ]


def _together(dataset: DataSet, first: Track, other: Track) -> bool:
    """Whether the two lie in one fold in every shuffle."""
    return all(fold[first.name] == fold[other.name] for fold in dataset.folds.values())


def similarities(rows: TrackRows) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How alike tracks sound: cosine of their mean standardised embeddings.

    Returns:
        Tracks int (n_tracks,), and cosines float (n_tracks, n_tracks).
    """
    values = rows.values.astype(np.float64)
    standard = (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-6)
    tracks, place, counts = np.unique(rows.track, return_inverse=True, return_counts=True)
    means = np.zeros((len(tracks), values.shape[1]))
    np.add.at(means, place, standard)
    means /= counts[:, None]
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    return tracks, means @ means.T


def _alike(dataset: DataSet, data: TrainingData) -> Check:
    tracks, cosines = similarities(data.clean)
    rows = []
    for first, other in zip(*np.triu_indices(len(tracks), 1), strict=True):
        if cosines[first, other] >= ALIKE:
            one, two = data.tracks[tracks[first]], data.tracks[tracks[other]]
            if not _together(dataset, one, two):
                rows.append((one.name, two.name, f"{cosines[first, other]:.3f}"))
    note = (
        f"Nearly the same sound: embeddings with a cosine of {ALIKE:g} or more. Excerpts of one recording reach that."
    )
    return none_of(
        SUBJECT, "near-duplicates on both sides of a fold", Table(("track", "track", "cosine"), tuple(rows)), note
    )


def _published_split(dataset: DataSet) -> Check:
    """Not ours to gate: the split is published, and its artists are what they are."""
    learnt = {track.group for track in dataset.tracks if track.split == "train"}
    shared = [track for track in dataset.tracks if track.split == "valid" and track.group in learnt]
    by_artist: dict[str, int] = defaultdict(int)
    for track in shared:
        by_artist[track.group] += 1
    rows = tuple((artist, str(count)) for artist, count in sorted(by_artist.items(), key=lambda each: -each[1]))
    note = "Validation tracks of the published split whose artist is in its training part: why the folds here are ours."
    return reported(
        SUBJECT,
        "artists that the published split shares",
        float(len(shared)),
        note,
        Table(("artist", "validation tracks"), rows[:_SHOWN]),
    )
