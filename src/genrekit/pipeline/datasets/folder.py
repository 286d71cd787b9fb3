"""Anyone's music: a folder for each genre, sound files anywhere below it.

What must never straddle a fold, the group, is looked for in this order: ``groups.csv`` (columns ``path`` and
``group``), the artist in the tags, the folder between the genre's and the file. A track without any is a group of its
own, and counted as unknown: figures are then kinder than they should be.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from genrekit.errors import DATASET_INVALID, DATASET_MISSING, DatasetError, printable
from genrekit.genres import canonical_genre
from genrekit.pipeline.datasets.artists import tagged_artist
from genrekit.steps.decode import AUDIO_EXTENSIONS

GROUPS_NAME: Final = "groups.csv"
_MAX_NAME_BYTES: Final = 150


class GroupSource(StrEnum):
    """Where a track's group is from."""

    LIST = "list"
    TAGS = "tags"
    FOLDER = "folder"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Listed:
    """A sound file that was found, not yet looked into.

    Attributes:
        path: of the file.
        name: unique, and fit to be a file's name.
        genre: of its folder, or as corrected.
        group: what must never straddle a fold; the name itself where nothing is known.
        source: where the group is from.
    """

    path: Path
    name: str
    genre: str
    group: str
    source: GroupSource


def list_folder(
    folder: Path, *, groups: Mapping[str, str] | None = None, corrections: Mapping[str, str] | None = None
) -> tuple[Listed, ...]:
    """Find the tracks of a folder with a folder for each genre.

    Args:
        folder: hidden files and folders below are left out, links to folders not followed.
        groups: by path, from the folder or in full; None reads ``groups.csv`` if there is one.
        corrections: genres by path, from the folder or in full, instead of the folder's name. Those of files elsewhere
            do not matter, as after a review of a whole library.

    Returns:
        Sorted by path.

    Raises:
        DatasetError: there is no such folder, no track, one genre only, or a list names a file that is not there.
    """
    if not folder.is_dir():
        raise DatasetError(DATASET_MISSING, str(folder), "is no folder")
    paths = {path.relative_to(folder).as_posix(): path for path in _audio_below(folder)}
    known = _inside(folder, paths, _groups_beside(folder) if groups is None else groups)
    corrected = _spelt(_inside(folder, paths, corrections or {}), paths)
    names = _names(sorted(paths))
    tracks = tuple(_listed(key, paths[key], name, known, corrected) for key, name in names.items())
    genres = {track.genre for track in tracks}
    if len(genres) < 2:
        found = f"tracks of {' and '.join(sorted(genres)) or 'no genre'} only"
        raise DatasetError(
            DATASET_INVALID, str(folder), f"has {found}; it needs a folder for each of two genres or more"
        )
    return tracks


def read_pairs(path: Path, column: str) -> dict[str, str]:
    """A list with the columns ``path`` and another one, such as ``group`` or ``genre``, as a mapping.

    Raises:
        DatasetError: it is missing, has other columns, or an empty value; the message names the line.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError as error:
        raise DatasetError(DATASET_MISSING, str(path), "does not exist") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(DATASET_INVALID, str(path), f"cannot be read: {error}") from error
    pairs = {}
    for number, row in enumerate(rows, start=2):
        key, value = row.get("path"), row.get(column)
        if not key or not value or not value.strip():
            raise DatasetError(DATASET_INVALID, f"{path} line {number}", f"needs a path and a {column}")
        pairs[key.replace("\\", "/").removeprefix("./")] = value.strip()
    return pairs


def count_sources(tracks: tuple[Listed, ...]) -> Mapping[GroupSource, int]:
    """How many tracks have their group from where."""
    return Counter(track.source for track in tracks)


def _audio_below(folder: Path) -> Iterator[Path]:
    """Files with an audio extension, each at least one folder below."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(parent, name)
            if path.parent != folder and not name.startswith(".") and path.suffix.lower() in AUDIO_EXTENSIONS:
                yield path


def _groups_beside(folder: Path) -> dict[str, str]:
    path = folder / GROUPS_NAME
    return read_pairs(path, "group") if path.exists() else {}


def _inside(folder: Path, paths: Mapping[str, Path], listed: Mapping[str, str]) -> dict[str, str]:
    """What a list says of files below the folder, by path from there."""
    inside = {}
    for key, value in listed.items():
        full = Path(key)
        if full.is_absolute() and not full.is_relative_to(folder.resolve()):
            continue
        place = full.relative_to(folder.resolve()).as_posix() if full.is_absolute() else key
        if place not in paths:
            raise DatasetError(DATASET_INVALID, key, f"is in a list, but no sound file of {folder}")
        inside[place] = value
    return inside


def _spelt(corrections: Mapping[str, str], paths: Iterable[str]) -> dict[str, str]:
    """Genres as the folders spell them, where one of them is meant."""
    folders = {canonical_genre(genre): genre for genre in sorted({key.split("/")[0] for key in paths})}
    return {key: folders.get(canonical_genre(genre), genre) for key, genre in corrections.items()}


def _listed(key: str, path: Path, name: str, groups: Mapping[str, str], corrections: Mapping[str, str]) -> Listed:
    genre, *between = key.split("/")[:-1]
    group, source = _group(key, path, groups, between)
    return Listed(path, name, corrections.get(key, genre), group or name, source)


def _group(key: str, path: Path, groups: Mapping[str, str], between: list[str]) -> tuple[str, GroupSource]:
    if key in groups:
        return groups[key], GroupSource.LIST
    artist = tagged_artist(path)
    if artist:
        return artist.casefold(), GroupSource.TAGS
    if between:
        return between[0].casefold(), GroupSource.FOLDER
    return "", GroupSource.UNKNOWN


def _names(keys: list[str]) -> dict[str, str]:
    """Names by path, fit to be a file's name; one that two paths would share, or too long a one, gets a hash."""
    plain = {key: _plain_name(key) for key in keys}
    shared = {name for name, count in Counter(name.casefold() for name in plain.values()).items() if count > 1}
    return {key: _hashed(key, name) if name.casefold() in shared else name for key, name in plain.items()}


def _plain_name(key: str) -> str:
    """``blues/blues.00001.wav`` is ``blues.00001``, ``rock/band/song.mp3`` is ``rock.band.song``."""
    genre, *rest = key.rsplit(".", 1)[0].split("/")
    joined = ".".join(rest)
    name = printable(joined if len(rest) == 1 and joined.startswith(f"{genre}.") else f"{genre}.{joined}")
    fit = name.isprintable() and not set(name) & set('\\:*?"<>|') and len(name.encode()) <= _MAX_NAME_BYTES
    return name if fit else _hashed(key, name)


def _hashed(key: str, name: str) -> str:
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    kept = "".join(letter if letter.isalnum() or letter in " .-_()" else "_" for letter in name)
    return f"{kept.encode()[:_MAX_NAME_BYTES].decode(errors='ignore')}.{digest}"
