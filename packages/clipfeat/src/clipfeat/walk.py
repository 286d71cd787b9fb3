"""Sound files among files and folders."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["SUFFIXES", "sound_files"]

SUFFIXES = frozenset(
    f".{ending}"
    for ending in "aac ac3 aif aifc aiff ape au caf flac m4a mka mp3 mp4 oga ogg opus snd w64 wav webm wma wv".split()
)
"""Endings by which files inside folders are taken for sound, in any case."""


def sound_files(paths: Iterable[str]) -> Iterator[str]:
    """The paths in order, each once; a folder is replaced by its sound files, sorted, hidden ones left out.

    A path that is no folder is passed on whatever its ending: the decoder will say what is wrong with it. So
    is a folder without any sound file.
    """
    seen: set[str] = set()
    for path in paths:
        for file in _files_of(path):
            if file not in seen:
                seen.add(file)
                yield file


def _files_of(path: str) -> Iterator[str]:
    if not Path(path).is_dir():
        yield path
        return
    empty = True
    for folder, subfolders, names in os.walk(path):
        # os.walk descends into this very list.
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                empty = False
                yield str(Path(folder, name))
    if empty:
        yield path
