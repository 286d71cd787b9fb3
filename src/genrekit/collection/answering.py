"""What a worker process does with one file: know it by its content, read its genre tag, answer."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from genrekit.collection.containers.recognise import recognise, take_inventory
from genrekit.collection.tags import read_fields
from genrekit.errors import (
    CHANGED,
    INTERNAL,
    MISSING,
    UNREADABLE,
    AudioError,
    GenrekitError,
    MissingExtraError,
    TagError,
    printable,
)
from genrekit.limits import Limits
from genrekit.predictor import Predictor
from genrekit.values import Prediction

_BLOCK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Question:
    """A file, and which contents need no answer any more."""

    path: Path


@dataclass(frozen=True, slots=True)
class Known:
    """There is an answer for this content already."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a file.

    Attributes:
        content: what the file is known by: a hash of its sound without tags where that can be told apart.
        size: of the file [bytes].
        mtime_ns: its time of modification [ns].
        tagged: genres that its tags say.
        result: the answer, that there was one before, or the reason why there is none.
    """

    content: str | None
    size: int
    mtime_ns: int
    tagged: tuple[str, ...]
    result: Prediction | Known | AudioError


@dataclass(frozen=True, slots=True)
class Settings:
    """How files are answered.

    Attributes:
        artifact: folder of the artifact, or None for the one that ships.
        max_seconds: hear at most so much of each file, from its beginning [s].
        threshold: top probability below which an answer is unsure; the artifact's own if None.
        decode_seconds: wall time that decoding one file may take [s].
    """

    artifact: Path | None
    max_seconds: float
    threshold: float | None
    decode_seconds: float

    @property
    def fingerprint(self) -> str:
        """Of what the answers depend on, besides the artifact."""
        return f"s{self.max_seconds:g}-t{'' if self.threshold is None else f'{self.threshold:g}'}"


IsKnown = Callable[[str], bool]


def make_answerer(settings: Settings, make_lookup: Callable[[], IsKnown]) -> Callable[[Question], Answer]:
    """Get ready to answer: read the artifact.

    Raises:
        ArtifactError: it is refused.
    """
    predictor = Predictor.load(settings.artifact, limits=replace(Limits(), decode_seconds=settings.decode_seconds))
    is_known = make_lookup()

    def answer(question: Question) -> Answer:
        return answer_file(question.path, predictor, settings, is_known)

    return answer


def answer_file(path: Path, predictor: Predictor, settings: Settings, is_known: IsKnown) -> Answer:
    """Answer one file; never raises for what lies in the file."""
    try:
        before = path.stat()
        content, tagged = identify(path)
    except OSError as error:
        return Answer(None, 0, 0, (), unreadable(path, error))
    result: Prediction | Known | AudioError = Known()
    if not is_known(content):
        result = _predicted(path, predictor, settings)
    try:
        after = path.stat()
    except OSError as error:
        return Answer(None, 0, 0, (), unreadable(path, error))
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        result, content = AudioError(CHANGED, str(path), "was written to while it was read"), ""
    return Answer(content or None, after.st_size, after.st_mtime_ns, tagged, result)


def identify(path: Path) -> tuple[str, tuple[str, ...]]:
    """What a file is known by, and the genres that its tags say.

    Where sound and tags can be told apart, a new tag does not make a new file: only its sound counts.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        container = recognise(file)
        if container is None:
            return _whole(file), ()
        try:
            inventory = take_inventory(file, str(path))
        except TagError:
            return _whole(file), ()
        try:
            tagged = read_fields(file, container, str(path)).genres
        except (TagError, MissingExtraError):
            tagged = ()
        return f"{container}:{inventory.sound}", tuple(printable(genre) for genre in tagged)


def _whole(file: BinaryIO) -> str:
    file.seek(0)
    hashed = hashlib.sha256()
    while block := file.read(_BLOCK):
        hashed.update(block)
    return f"file:{hashed.hexdigest()}"


def _predicted(path: Path, predictor: Predictor, settings: Settings) -> Prediction | AudioError:
    try:
        return predictor.predict(path, threshold=settings.threshold, max_seconds=settings.max_seconds)
    except AudioError as error:
        return error
    except (GenrekitError, MemoryError, ArithmeticError, LookupError, OSError, RuntimeError, ValueError) as error:
        # One file must not end a scan of a million; what it did is told like any other failure.
        return AudioError(INTERNAL, os.fspath(path), f"met a fault of genrekit itself: {type(error).__name__}: {error}")


def unreadable(path: Path, error: OSError) -> AudioError:
    """What the file system said, as the reason why there is no answer."""
    kind = MISSING if isinstance(error, FileNotFoundError) else UNREADABLE
    return AudioError(kind, str(path), f"cannot be read: {error.strerror}")
