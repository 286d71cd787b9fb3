"""Everything that members learn from, read once: rows of every kind, each with the place of its track.

The recordings at hand are uneven: whole tracks for some, excerpts for others, published tag activations or table rows
where there is no sound at all. Whatever is at hand is used; what is not is simply not there.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.errors import DATASET_INVALID, DatasetError
from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.feature_store import Rows, load_rows

IntArray = NDArray[np.int64]

TABLE_NAME: Final = "tables/features_10_sec.csv"
N_TAGS: Final = 50


@dataclass(frozen=True, slots=True, eq=False)
class TrackRows:
    """Rows of tracks.

    Attributes:
        track: int (n_rows,), place of each row's track in `TrainingData.tracks`; rows of one lie together.
        values: float32 (n_rows, n_dims).
    """

    track: IntArray
    values: NDArray[np.float32]

    def of(self, inside: NDArray[np.bool_]) -> TrackRows:
        """The rows of some tracks.

        Args:
            inside: bool (n_tracks,).
        """
        kept = inside[self.track]
        return TrackRows(self.track[kept], self.values[kept])


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """A data set, featurized.

    Attributes:
        tracks: all of them, in the order of the index.
        genres: names, sorted.
        genre: int (n_tracks,), of each track.
        clean: embeddings of the patches of recordings.
        clean_tags: tag probabilities (n, 50) of those same patches.
        copies: embeddings of patches of augmented copies.
        taggrams: published tag probabilities (n, 50) of whole tracks, patch by patch.
        clips: tabular features of the clips of recordings.
        table: published tabular features of 10-s windows.
    """

    tracks: tuple[Track, ...]
    genres: tuple[str, ...]
    genre: IntArray
    clean: TrackRows
    clean_tags: TrackRows
    copies: TrackRows
    taggrams: TrackRows
    clips: TrackRows
    table: TrackRows

    @property
    def heard(self) -> NDArray[np.bool_]:
        """Which tracks have a recording, bool (n_tracks,)."""
        return np.array([track.audio is not None for track in self.tracks])


def load_training_data(dataset: DataSet, features: Path) -> TrainingData:
    """Read a data set and the features that `genrekit.pipeline.featurize` made of its recordings.

    Args:
        dataset: tracks, tables and activations.
        features: folder of the parts.

    Raises:
        DatasetError: features are missing, or a table does not follow the schema.
    """
    names = [track.name for track in dataset.tracks]
    heard = [index for index, track in enumerate(dataset.tracks) if track.audio is not None]
    parts = {
        part: load_rows(features / part, [names[index] for index in heard]) for part in ("clean", "copies", "tabular")
    }
    return TrainingData(
        tracks=dataset.tracks,
        genres=dataset.genres,
        genre=np.array([dataset.genres.index(track.genre) for track in dataset.tracks]),
        clean=_placed(parts["clean"], "embedding", heard),
        clean_tags=_placed(parts["clean"], "tags", heard),
        copies=_placed(parts["copies"], "embedding", heard),
        taggrams=read_taggrams(dataset.root, names),
        clips=_placed(parts["tabular"], "values", heard),
        table=read_table(dataset.root, names),
    )


def _placed(rows: Rows, array: str, heard: Sequence[int]) -> TrackRows:
    return TrackRows(np.array(heard, dtype=np.int64)[rows.track], rows.values[array])


def read_taggrams(root: Path, names: Sequence[str]) -> TrackRows:
    """Published tag activations beside the index, of the tracks that it lists, in its order."""
    places = {name: index for index, name in enumerate(names)}
    track, tags = [np.zeros(0, np.int64)], [np.zeros((0, N_TAGS), np.float32)]
    for path in sorted((root / "taggrams").glob("*.npz")):
        with np.load(path) as file:
            place = np.array([places.get(name, -1) for name in file["name"].tolist()])
            track.append(place[place >= 0])
            tags.append(file["tags"][place >= 0])
    together = np.concatenate(track)
    order = np.argsort(together, kind="stable")
    return TrackRows(together[order], np.concatenate(tags)[order])


def read_table(root: Path, names: Sequence[str]) -> TrackRows:
    """Published tabular features of 10-s windows, ``NAME.k.wav``, columns by name; in the order of the index.

    Raises:
        DatasetError: a column is missing, or a value is no number.
    """
    path = root / TABLE_NAME
    rows: list[dict[str, str]] = []
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    places = {name: index for index, name in enumerate(names)}
    track, values = [np.zeros(0, np.int64)], [np.zeros((0, len(clipfeat.TABULAR_NAMES)), np.float32)]
    for number, row in enumerate(rows, start=2):
        place = places.get(row.get("filename", "").rsplit(".", 2)[0])
        if place is not None:
            track.append(np.array([place]))
            values.append(_table_row(path, number, row))
    together = np.concatenate(track)
    order = np.argsort(together, kind="stable")
    return TrackRows(together[order], np.concatenate(values)[order])


def _table_row(path: Path, number: int, row: dict[str, str]) -> NDArray[np.float32]:
    try:
        return np.array([[float(row[column]) for column in clipfeat.TABULAR_NAMES]], dtype=np.float32)
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(DATASET_INVALID, f"{path} line {number}", f"is no row of 57 features: {error}") from error
