"""Features on disk: a folder a part, a file a track, and beside them what they were computed from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.errors import DATASET_INVALID, DatasetError
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.files import write_json

RECIPE_NAME: Final = "recipe.json"
SOURCES_NAME: Final = "sources.json"

Arrays = Mapping[str, NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]]
Part = Callable[[Track], Arrays]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One part of all tracks.

    Attributes:
        track: int (n,), place of each row's track in the names asked for.
        values: by name of the array, (n, ...) each.
    """

    track: NDArray[np.int64]
    values: Mapping[str, NDArray[np.float32]]


def compute_part(tracks: Sequence[Track], folder: Path, part: Part, recipe: Mapping[str, object]) -> int:
    """Compute one part of all tracks into a folder.

    What is already there is kept if it was computed by the same recipe from the same sound file.

    Args:
        tracks: that have a sound file.
        folder: of the part.
        part: from a track to its arrays.
        recipe: everything but the sound that the arrays depend on.

    Returns:
        How many tracks were computed.

    Raises:
        DatasetError: a track cannot be used.
    """
    _keep_what_fits(folder, recipe, {track.name: _source(track) for track in tracks})
    missing = [track for track in tracks if not (folder / f"{track.name}.npz").exists()]
    for number, track in enumerate(missing, start=1):
        _write(folder / f"{track.name}.npz", part(track))
        print(f"{folder.name}: {number} of {len(missing)}, {track.name}", file=sys.stderr)  # noqa: T201 - progress
    return len(missing)


def _source(track: Track) -> str:
    """Checksum of a track's sound file: the one given, which is compared with the file when it is read."""
    if track.sha256 or track.audio is None or not track.audio.is_file():
        return track.sha256
    return hashlib.sha256(track.audio.read_bytes()).hexdigest()


def _keep_what_fits(folder: Path, recipe: Mapping[str, object], sources: Mapping[str, str]) -> None:
    """Remove what another recipe, another sound file or a killed run left, then note what is here from now on."""
    if _read(folder / RECIPE_NAME) != recipe and folder.exists():
        shutil.rmtree(folder)
    for path in folder.glob("*.tmp"):
        path.unlink()
    before = _read(folder / SOURCES_NAME)
    for path in folder.glob("*.npz"):
        if path.stem not in sources or before.get(path.stem) != sources[path.stem]:
            path.unlink()
    # In this order: cut off in between, the next run finds the same to do.
    write_json(folder / RECIPE_NAME, dict(sorted(recipe.items())))
    write_json(folder / SOURCES_NAME, dict(sorted(sources.items())))


def _read(path: Path) -> dict[str, object]:
    return json.loads(path.read_text()) if path.exists() else {}


def _write(path: Path, arrays: Arrays) -> None:
    """So that a file is whole or not there."""
    staging = path.with_suffix(f".{os.getpid()}.tmp")
    with staging.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # keywords are arrays, none is named allow_pickle
    staging.replace(path)


def load_rows(folder: Path, names: Sequence[str]) -> Rows:
    """Read one part of the tracks of these names.

    Raises:
        DatasetError: a track has not been computed.
    """
    tracks, parts = [], []
    for index, name in enumerate(names):
        path = folder / f"{name}.npz"
        if not path.exists():
            raise DatasetError(DATASET_INVALID, str(path), "is missing; run genrekit.pipeline.featurize first")
        with np.load(path) as file:
            parts.append({key: file[key] for key in file.files})
        tracks.append(np.full(len(parts[-1]["start"]), index))
    values = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    return Rows(np.concatenate(tracks), values)
