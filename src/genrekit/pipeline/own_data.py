"""Anyone's music as heads learn from it: heard once, the same recording never on both sides of a fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from genrekit.errors import DATASET_INVALID, AudioError, DatasetError
from genrekit.pipeline.datasets.faults import Repetition, joined_groups
from genrekit.pipeline.datasets.folder import Listed
from genrekit.pipeline.datasets.folds import count_folds, draw_folds
from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.datasets.music import Music
from genrekit.pipeline.hearing import Heard, HearingParams, Store
from genrekit.pipeline.hearing_workers import hear_all
from genrekit.pipeline.training_data import TrackRows, TrainingData
from genrekit.values import FloatArray

TRAINING_NAME: Final = "training.csv"
"""What the artifact was trained on: columns ``sha256``, ``group`` and ``genre``, a row a track."""

_FOLDS: Final = 5
_FEW_TRACKS: Final = 500
_SHUFFLES_OF_FEW: Final = 3


class Watcher(Protocol):
    """Is told how far a long run is."""

    def begin(self, what: str, total: int) -> None:
        """Something of so many steps begins."""

    def advance(self, name: str) -> None:
        """One of them is done."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A track to learn from, and what was heard of it."""

    listed: Listed
    heard: Heard


def hear_music(
    music: Music, store: Store, model: bytes, jobs: int, watcher: Watcher
) -> tuple[list[Kept], dict[str, str]]:
    """Hear all tracks.

    Returns:
        What was heard of each track, in the order of the tracks; and why others are left out, by path from the folder.

    Raises:
        OSError: the store cannot be written.
    """
    watcher.begin("listening", len(music.tracks))
    outcomes = {}
    for path, outcome in hear_all([track.path for track in music.tracks], store, model, HearingParams(), jobs):
        outcomes[path] = outcome
        watcher.advance(path.name)
    kept: dict[str, Kept] = {}
    left_out = dict(music.left_out)
    for track in music.tracks:
        key, heard = track.path.relative_to(music.root).as_posix(), outcomes[track.path]
        if isinstance(heard, AudioError):
            left_out[key] = heard.reason
            continue
        twin = kept.setdefault(heard.sha256, Kept(track, heard))
        if twin.listed is not track:
            other = "" if twin.listed.genre == track.genre else f", which is filed under {twin.listed.genre}"
            left_out[key] = f"is the same file as {twin.listed.path.relative_to(music.root).as_posix()}{other}"
    return list(kept.values()), left_out


def check_enough(kept: Sequence[Kept]) -> None:
    """Nothing can be learnt, and tested, from less than two tracks of two genres.

    Raises:
        DatasetError: there are less; the message names the genre.
    """
    counts = Counter(track.listed.genre for track in kept)
    if len(counts) < 2:
        raise DatasetError(DATASET_INVALID, "the music", "leaves less than two genres with a track that can be heard")
    for genre, count in sorted(counts.items()):
        if count < 2:
            raise DatasetError(DATASET_INVALID, genre, "has one track only that can be heard; it needs two at least")


def make_dataset(root: Path, kept: Sequence[Kept], pairs: Sequence[Repetition]) -> DataSet:
    """The tracks with their folds; tracks that are one recording are in one fold, whatever their groups.

    Raises:
        DatasetError: a genre has tracks of one group only.
    """
    groups = joined_groups([track.listed.group for track in kept], pairs)
    tracks = tuple(
        Track(
            name=track.listed.name,
            genre=track.listed.genre,
            audio=track.listed.path,
            group=group,
            kind="whole",
            sha256=track.heard.sha256,
            has_taggram=False,
            seconds=track.heard.seconds,
        )
        for track, group in zip(kept, groups, strict=True)
    )
    count = count_folds(tracks, _FOLDS)
    names = [track.name for track in tracks]
    folds = {
        f"fold_{seed}": dict(zip(names, draw_folds(tracks, count, seed), strict=True))
        for seed in range(_SHUFFLES_OF_FEW if len(tracks) < _FEW_TRACKS else 1)
    }
    return DataSet(root, tracks, folds)


def make_training_data(tracks: tuple[Track, ...], heard: Sequence[Heard]) -> TrainingData:
    """What was heard, as heads learn from it."""
    genres = tuple(sorted({track.genre for track in tracks}))
    clean = _rows([one.clean for one in heard])
    return TrainingData(
        tracks=tracks,
        genres=genres,
        genre=np.array([genres.index(track.genre) for track in tracks]),
        clean=clean,
        clean_tags=_none(0),
        copies=_rows([one.copies for one in heard]),
        taggrams=_none(0),
        clips=_none(0),
        table=_none(0),
    )


def _rows(parts: Sequence[FloatArray]) -> TrackRows:
    return TrackRows(np.repeat(np.arange(len(parts)), [len(part) for part in parts]), np.concatenate(parts))


def _none(n_dims: int) -> TrackRows:
    return TrackRows(np.zeros(0, np.int64), np.zeros((0, n_dims), np.float32))
