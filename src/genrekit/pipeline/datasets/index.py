"""A data set as a folder with an ``index.csv``: the form in which every stage reads its tracks.

Columns of ``index.csv``; the first three are required:

====================  ==============================================================================
``name``              of the track, unique
``genre``             its genre
``audio``             path of its sound file, relative to the folder; empty where there is none
``group``             what must never straddle a fold (the artist); the track itself where empty
``kind``              ``whole``, ``excerpt`` or ``none``; only reported
``sha256``            of the sound file
``seconds``           its length
``split``             ``train``, ``valid`` or ``test`` of a published split; empty where it has none
``taggram``           1 where ``taggrams/*.npz`` has the published tag activations of the whole track
====================  ==============================================================================

Other columns are ignored. Beside it may lie ``splits/*.csv`` (``name`` and one column of fold numbers a shuffle),
``tables/features_10_sec.csv`` (the 57 features of 10-s windows, recipe ``modern``) and ``taggrams/*.npz``
(arrays ``name`` (n_rows,) and ``tags`` (n_rows, 50), probabilities, patch by patch).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genrekit.errors import DATASET_INVALID, DATASET_MISSING, DatasetError

INDEX_NAME: Final = "index.csv"
_REQUIRED: Final = ("name", "genre", "audio")
_COLUMNS: Final = (*_REQUIRED, "group", "kind", "sha256", "seconds", "split", "taggram")


@dataclass(frozen=True, slots=True)
class Track:
    """One row of the index.

    Attributes:
        name: unique within the data set.
        genre: its true genre.
        audio: its sound file; None where only tables or activations are at hand.
        group: what must never straddle a fold.
        kind: ``whole``, ``excerpt`` or ``none``.
        sha256: of the sound file; empty if not given.
        has_taggram: whether published tag activations are at hand.
        seconds: length of the sound file [s]; 0 if not given.
        split: ``train``, ``valid`` or ``test`` of a published split; empty if it has none.
    """

    name: str
    genre: str
    audio: Path | None
    group: str
    kind: str
    sha256: str
    has_taggram: bool
    seconds: float = 0.0
    split: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A folder of music with known genres.

    Attributes:
        root: the folder.
        tracks: in the order of the index.
        folds: by name of the shuffle, fold number by track name.
    """

    root: Path
    tracks: tuple[Track, ...]
    folds: Mapping[str, Mapping[str, int]]

    @property
    def genres(self) -> tuple[str, ...]:
        """Sorted."""
        return tuple(sorted({track.genre for track in self.tracks}))

    @property
    def with_audio(self) -> tuple[Track, ...]:
        """The tracks that have a sound file."""
        return tuple(track for track in self.tracks if track.audio is not None)


def data_root() -> Path:
    """The folder that ``GENREKIT_DATA`` names.

    Raises:
        DatasetError: it is not set.
    """
    value = os.environ.get("GENREKIT_DATA")
    if not value:
        raise DatasetError(DATASET_MISSING, "GENREKIT_DATA", "is not set; it names the folder with index.csv")
    return Path(value)


def read_dataset(root: Path) -> DataSet:
    """Read the index of a data set, and the folds beside it.

    Raises:
        DatasetError: it is missing or does not follow the schema; the message names the row.
    """
    path = root / INDEX_NAME
    rows = _read_rows(path)
    missing = [column for column in _REQUIRED if not rows or column not in rows[0]]
    if missing:
        raise DatasetError(DATASET_INVALID, str(path), f"has no column {' or '.join(missing)}, or no rows")
    tracks = tuple(_track(root, number, row) for number, row in enumerate(rows, start=2))
    seen: set[str] = set()
    for track in tracks:
        if track.name in seen:
            raise DatasetError(DATASET_INVALID, str(path), f"lists {track.name} twice")
        seen.add(track.name)
    return DataSet(root, tracks, _read_folds(root, tracks))


def _track(root: Path, number: int, row: dict[str, str]) -> Track:
    name, genre = row["name"], row["genre"]
    if not name or not genre:
        raise DatasetError(DATASET_INVALID, f"{INDEX_NAME} line {number}", "needs a name and a genre")
    audio = row["audio"]
    return Track(
        name=name,
        genre=genre,
        audio=root / audio if audio else None,
        group=row.get("group") or name,
        kind=row.get("kind") or ("whole" if audio else "none"),
        sha256=row.get("sha256", ""),
        has_taggram=row.get("taggram") == "1",
        seconds=_seconds(number, row.get("seconds") or "0"),
        split=row.get("split", ""),
    )


def _seconds(number: int, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise DatasetError(DATASET_INVALID, f"{INDEX_NAME} line {number}", f"has no length in {text!r}") from error


def write_index(root: Path, tracks: Sequence[Track]) -> Path:
    """Write the index of tracks whose sound files may lie anywhere; whole, or not at all.

    Args:
        root: folder of the data set; made if need be.
        tracks: as `read_dataset` will give them back.

    Returns:
        The index.
    """
    root.mkdir(parents=True, exist_ok=True)
    path = root / INDEX_NAME
    staging = path.with_suffix(".tmp")
    with staging.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_row(root, track) for track in tracks)
    staging.replace(path)
    return path


def _row(root: Path, track: Track) -> tuple[str, ...]:
    audio = _relative(track.audio, root) if track.audio is not None else ""
    seconds = f"{track.seconds:.3f}" if track.seconds else ""
    given = (track.name, track.genre, audio, track.group, track.kind, track.sha256, seconds, track.split)
    return (*given, "1" if track.has_taggram else "0")


def _relative(audio: Path, root: Path) -> str:
    """A path from the data set's folder, so that both can be moved together; in full where there is none."""
    try:
        return Path(os.path.relpath(audio.resolve(), root.resolve())).as_posix()
    except ValueError:  # another drive
        return str(audio.resolve())


def _read_folds(root: Path, tracks: tuple[Track, ...]) -> dict[str, dict[str, int]]:
    """The shuffles of ``splits/*.csv``, checked against the promise that no group straddles a fold."""
    folds: dict[str, dict[str, int]] = {}
    for path in sorted((root / "splits").glob("*.csv")):
        rows = _read_rows(path)
        for column in [key for key in rows[0] if key != "name"]:
            folds[column] = {row["name"]: int(row[column]) for row in rows}
            _check_groups(path, column, folds[column], tracks)
    return folds


def _check_groups(path: Path, column: str, fold: Mapping[str, int], tracks: tuple[Track, ...]) -> None:
    by_group: dict[str, int] = {}
    for track in tracks:
        if track.name not in fold:
            raise DatasetError(DATASET_INVALID, str(path), f"has no fold for {track.name}")
        if by_group.setdefault(track.group, fold[track.name]) != fold[track.name]:
            raise DatasetError(DATASET_INVALID, str(path), f"{column} splits the group {track.group!r}")


def _read_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError as error:
        raise DatasetError(DATASET_MISSING, str(path), "does not exist") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(DATASET_INVALID, str(path), f"cannot be read: {error}") from error
