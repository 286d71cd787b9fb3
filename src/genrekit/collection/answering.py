"""What a worker process does with one file: fetch it, know it by its content, read its genre tag, answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from genrekit.collection.containers.recognise import recognise, take_inventory
from genrekit.collection.places import Place, Url
from genrekit.collection.remote import fetch
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
    """A file that needs an answer."""

    place: Place


@dataclass(frozen=True, slots=True)
class Known:
    """There is an answer for this content already."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a file.

    Attributes:
        content: what the file is known by: a hash of its sound without tags where that can be told apart.
        size: of the file [bytes]; None: as it was found.
        mtime_ns: its time of modification [ns]; None: as it was found.
        tagged: genres that its tags say.
        result: the answer, that there was one before, or the reason why there is none.
    """

    content: str | None
    size: int | None
    mtime_ns: int | None
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
        return answer_place(question.place, predictor, settings, is_known)

    return answer


def answer_place(place: Place, predictor: Predictor, settings: Settings, is_known: IsKnown) -> Answer:
    """Answer a file wherever it lies; never raises for what lies in it, or on the way to it."""
    if isinstance(place, Url):
        return answer_url(place, predictor, settings, is_known)
    return answer_file(place, predictor, settings, is_known)


def answer_url(url: Url, predictor: Predictor, settings: Settings, is_known: IsKnown) -> Answer:
    """Answer a file elsewhere, by a copy that is gone when it is answered."""
    try:
        copy = fetch(url, predictor.limits.max_bytes)
    except AudioError as error:
        return Answer(None, None, None, (), error)
    except GenrekitError as error:
        # This machine can list the address, another that answers may lack the library to read it.
        return Answer(None, None, None, (), AudioError(UNREADABLE, url.text, error.reason))
    with copy:
        content, tagged = identify(copy, url.text)
        result: Prediction | Known | AudioError = Known()
        if not is_known(content):
            copy.seek(0)
            result = _predicted(copy, url.text, predictor, settings)
    if isinstance(result, AudioError):
        result = AudioError(result.kind, url.text, result.reason)
    return Answer(content, None, None, tagged, result)


def answer_file(path: Path, predictor: Predictor, settings: Settings, is_known: IsKnown) -> Answer:
    """Answer one file of this machine; never raises for what lies in it."""
    try:
        before = path.stat()
        with path.open("rb") as file:
            content, tagged = identify(file, str(path))
    except OSError as error:
        return Answer(None, 0, 0, (), unreadable(path, error))
    result: Prediction | Known | AudioError = Known()
    if not is_known(content):
        result = _predicted(path, str(path), predictor, settings)
    try:
        after = path.stat()
    except OSError as error:
        return Answer(None, 0, 0, (), unreadable(path, error))
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        result, content = AudioError(CHANGED, str(path), "was written to while it was read"), ""
    return Answer(content or None, after.st_size, after.st_mtime_ns, tagged, result)


def identify(file: BinaryIO, subject: str) -> tuple[str, tuple[str, ...]]:
    """What a file is known by, and the genres that its tags say.

    Where sound and tags can be told apart, a new tag does not make a new file: only its sound counts.

    Args:
        file: open for reading, seekable.
        subject: what to call it.

    Raises:
        OSError: it cannot be read.
    """
    container = recognise(file)
    if container is None:
        return _whole(file), ()
    try:
        inventory = take_inventory(file, subject)
    except TagError:
        return _whole(file), ()
    try:
        tagged = read_fields(file, container, subject).genres
    except (TagError, MissingExtraError):
        tagged = ()
    return f"{container}:{inventory.sound}", tuple(printable(genre) for genre in tagged)


def _whole(file: BinaryIO) -> str:
    file.seek(0)
    hashed = hashlib.sha256()
    while block := file.read(_BLOCK):
        hashed.update(block)
    return f"file:{hashed.hexdigest()}"


def _predicted(
    source: Path | BinaryIO, subject: str, predictor: Predictor, settings: Settings
) -> Prediction | AudioError:
    try:
        return predictor.predict(source, threshold=settings.threshold, max_seconds=settings.max_seconds)
    except AudioError as error:
        return error
    except (GenrekitError, MemoryError, ArithmeticError, LookupError, OSError, RuntimeError, ValueError) as error:
        # One file must not end a scan of a million; what it did is told like any other failure.
        return AudioError(INTERNAL, subject, f"met a fault of genrekit itself: {type(error).__name__}: {error}")


def unreadable(path: Path, error: OSError) -> AudioError:
    """What the file system said, as the reason why there is no answer."""
    kind = MISSING if isinstance(error, FileNotFoundError) else UNREADABLE
    return AudioError(kind, str(path), f"cannot be read: {error.strerror}")
