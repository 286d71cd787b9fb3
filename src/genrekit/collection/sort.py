"""Sorting a library by genre without moving anything: links in folders, playlists, sidecar files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import escape

from genrekit.collection.results import as_record
from genrekit.collection.rows import Row
from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.values import Prediction
from genrekit.wire import encode

UNSURE: Final = "Unsure"
# What no file system of today takes in a name.
_FORBIDDEN: Final = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_") | {chr(code): "_" for code in range(32)})


class Link(StrEnum):
    """How a file appears in the folder of its genre."""

    HARD = "hard"
    SYMBOLIC = "symbolic"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Placed:
    """A file and where it is to appear: under which genre, and under which name there."""

    source: Path
    genre: str
    name: str


def genre_of(answer: Prediction, vocabulary: Vocabulary) -> str | None:
    """The name under which an answer is sorted, or None where the vocabulary has no place for it."""
    if answer.unsure:
        return UNSURE
    return next(iter(vocabulary.spelt(answer.genre)), None)


def place(rows: Iterable[Row], vocabulary: Vocabulary) -> list[Placed]:
    """Where each answered file appears; two of one name in one genre get numbers, always the same ones."""
    placed, taken = [], set()
    for row in rows:
        genre = genre_of(row.result, vocabulary) if isinstance(row.result, Prediction) else None
        if genre is None:
            continue
        name, number = row.path.name, 1
        while (genre, name.casefold()) in taken:
            number += 1
            name = f"{row.path.stem} ({number}){row.path.suffix}"
        taken.add((genre, name.casefold()))
        placed.append(Placed(row.path, genre, name))
    return placed


def link_files(placed: Iterable[Placed], folder: Path, link: Link) -> int:
    """Let files appear in a folder for each genre; nothing is moved, and nothing that is there is replaced.

    Returns:
        How many appeared; those that are there already are not counted.

    Raises:
        SettingsError: a link cannot be made, or another file has its name.
    """
    made = 0
    for item in placed:
        target = folder / file_name(item.genre) / item.name
        if _is_there(item.source, target, link):
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _LINKERS[link](item.source, target)
        except FileExistsError as error:
            raise SettingsError(BAD_SETTING, str(target), "is another file already; nothing is replaced") from error
        except OSError as error:
            raise SettingsError(BAD_SETTING, str(target), f"cannot be made: {error.strerror}") from error
        made += 1
    return made


def write_playlists(placed: Iterable[Placed], folder: Path) -> list[Path]:
    """An extended M3U playlist in UTF-8 for each genre, with paths relative to it where that is possible.

    Returns:
        The playlists, by name.

    Raises:
        SettingsError: one cannot be written.
    """
    lines: dict[str, list[str]] = {}
    for item in placed:
        entry = f"#EXTINF:-1,{item.source.stem}\n{_reference(item.source, folder)}\n"
        lines.setdefault(item.genre, []).append(entry)
    written = []
    for genre, entries in sorted(lines.items()):
        path = folder / f"{file_name(genre)}.m3u8"
        _write(path, f"#EXTM3U\n#PLAYLIST:{genre}\n" + "".join(entries))
        written.append(path)
    return written


def write_json_sidecars(rows: Iterable[Row]) -> int:
    """Beside each answered file ``NAME.genre.json``: the answer in the form of ``--json``.

    Returns:
        How many were written.

    Raises:
        SettingsError: one cannot be written.
    """
    count = 0
    for row in rows:
        if isinstance(row.result, Prediction):
            _write(row.path.with_name(f"{row.path.name}.genre.json"), encode(as_record(row)) + "\n")
            count += 1
    return count


def write_album_nfos(rows: Iterable[Row], vocabulary: Vocabulary) -> int:
    """In each folder without one, ``album.nfo`` with its genres: what Jellyfin and Kodi read.

    Returns:
        How many were written; an ``album.nfo`` that is there is left alone.

    Raises:
        SettingsError: one cannot be written.
    """
    genres: dict[Path, dict[str, None]] = {}
    for row in rows:
        name = genre_of(row.result, vocabulary) if isinstance(row.result, Prediction) else None
        if name not in (None, UNSURE):
            genres.setdefault(row.path.parent, {})[str(name)] = None
    count = 0
    for folder, names in genres.items():
        path = folder / "album.nfo"
        if not path.exists():
            inner = "".join(f"  <genre>{escape(name)}</genre>\n" for name in names)
            header = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
            _write(path, f"{header}<album>\n{inner}</album>\n")
            count += 1
    return count


def file_name(genre: str) -> str:
    """A genre's name as a name that every file system takes."""
    return genre.translate(_FORBIDDEN).strip(" .") or "_"


def _is_there(source: Path, target: Path, link: Link) -> bool:
    try:
        if link is not Link.COPY:
            return target.samefile(source)
        ours, theirs = source.stat(), target.stat()
    except OSError:
        return False
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise FileExistsError(target)
    beside = target.with_name(f".{target.name}.part")
    shutil.copy2(source, beside)
    beside.rename(target)


_LINKERS: Final[Mapping[Link, Callable[[Path, Path], object]]] = MappingProxyType(
    {
        Link.HARD: os.link,
        Link.SYMBOLIC: lambda source, target: target.symlink_to(source),
        Link.COPY: _copy,
    }
)


def _reference(source: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(source, folder.absolute())).as_posix()
    except ValueError:
        # On another drive.
        return source.as_posix()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", errors="surrogateescape", newline="\n")
        beside.replace(path)
    except OSError as error:
        raise SettingsError(BAD_SETTING, str(path), f"cannot be written: {error.strerror}") from error
