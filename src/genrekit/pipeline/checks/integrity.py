"""Whether the data is what it claims to be."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

import clipfeat
from genrekit.pipeline.checks.check import Check, Limit, Table, at_least, none_of, reported
from genrekit.pipeline.datasets.index import DataSet
from genrekit.pipeline.training_data import TrackRows, TrainingData

SUBJECT: Final = "integrity"
FEWEST: Final = Limit(gate=20, wanted=30)


def check_integrity(dataset: DataSet, data: TrainingData) -> list[Check]:
    """Files, genres, features."""
    missing = [track for track in dataset.with_audio if track.audio is not None and not track.audio.is_file()]
    return [
        none_of(
            SUBJECT,
            "sound files that are missing",
            Table(("track", "file"), tuple((track.name, str(track.audio and track.audio.name)) for track in missing)),
            "The index names them and they are not there.",
        ),
        none_of(SUBJECT, "features that are no numbers", _not_finite(data), "NaN or infinite values in any view."),
        none_of(
            SUBJECT, "features that are constant", _constant(data), "The same in all clips: they can tell nothing."
        ),
        _genres(data),
        _kinds(data),
    ]


def _not_finite(data: TrainingData) -> Table:
    views = {"embedding": data.clean, "copies": data.copies, "tabular": data.clips}
    bad = [(view, data.tracks[place].name) for view, rows in views.items() for place in _bad_tracks(rows)]
    return Table(("view", "track"), tuple(bad))


def _bad_tracks(rows: TrackRows) -> list[int]:
    return sorted(set(rows.track[~np.isfinite(rows.values).all(axis=1)].tolist()))


def _constant(data: TrainingData) -> Table:
    spread = np.ptp(data.clips.values, axis=0)
    names = [name for name, each in zip(clipfeat.TABULAR_NAMES, spread, strict=False) if each == 0]
    return Table(("feature",), tuple((name,) for name in names))


def _genres(data: TrainingData) -> Check:
    counts = Counter(track.genre for track in data.tracks if track.audio is not None)
    rows = tuple((genre, str(counts[genre])) for genre in data.genres)
    note = "With sound. Fewer than this, and a genre's figures are chance."
    return at_least(
        SUBJECT, "tracks of the rarest genre", min(counts.values()), FEWEST, note, Table(("genre", "tracks"), rows)
    )


def _kinds(data: TrainingData) -> Check:
    heard = [track for track in data.tracks if track.audio is not None]
    kinds = sorted({track.kind for track in heard})
    counts = Counter((track.genre, track.kind) for track in heard)
    rows = tuple((genre, *(str(counts[genre, kind]) for kind in kinds)) for genre in data.genres)
    share = sum(track.kind == "whole" for track in heard) / len(heard)
    note = "Share of the tracks that are whole. Length goes with genre here, so figures are told for each kind apart."
    return reported(SUBJECT, "kinds by genre", share, note, Table(("genre", *kinds), rows))
