"""Which files are meant when a person names files and folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from genrekit.errors import NO_AUDIO_IN_FOLDER, UNREADABLE, AudioError
from genrekit.steps.decode import AUDIO_EXTENSIONS


def find_audio(paths: Sequence[Path]) -> Iterator[Path | AudioError]:
    """The files that are meant, in the order given, and sorted within a folder.

    A file is taken whatever it is called; below a folder, those with an audio extension, hidden ones left out.
    Links to files are followed, links to folders are not, so that a loop cannot trap the walk.

    Yields:
        A path, or the error of a folder that cannot be read or has no audio.
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path)
        else:
            yield path


def is_audio_name(name: str) -> bool:
    """Whether a file name, without its folders, has an audio extension."""
    return os.path.splitext(name)[1].lower() in AUDIO_EXTENSIONS  # noqa: PTH122 - a tenth of the time


def _below(folder: Path) -> Iterator[Path | AudioError]:
    failures: list[OSError] = []
    found = False
    for parent, folders, names in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and is_audio_name(name):
                found = True
                yield Path(parent, name)
    for failure in failures:
        yield AudioError(UNREADABLE, str(failure.filename), f"the folder cannot be read: {failure.strerror}")
    if not found and not failures:
        yield AudioError(NO_AUDIO_IN_FOLDER, str(folder), "has no audio file, nor have the folders below it")
