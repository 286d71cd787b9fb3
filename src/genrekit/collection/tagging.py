"""From answers to tags: what to write, the change as a value, and the change made safely."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from genrekit.collection.containers.inventory import OWN_PREFIX, Inventory, differences
from genrekit.collection.containers.recognise import take_inventory
from genrekit.collection.journal import Entry, Journal
from genrekit.collection.replacement import replace_file
from genrekit.collection.tags import TagFields, read_fields, write_genres
from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import BAD_SETTING, TAGS_NOT_WRITTEN, TAGS_UNREADABLE, TAGS_UNSAFE, SettingsError, TagError
from genrekit.values import Prediction

CONFIDENCE_FIELD: Final = f"{OWN_PREFIX}CONFIDENCE"
TIMELINE_FIELD: Final = f"{OWN_PREFIX}TIMELINE"
_BLOCK: Final = 2**20


class Existing(StrEnum):
    """What becomes of a genre that is there already."""

    KEEP = "keep"
    MERGE = "merge"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Policy:
    """How answers become tags.

    Attributes:
        existing: what becomes of a genre that is there already.
        max_genres: most genres of an answer that are written, parents not counted.
        min_proba: probability from which a second or later genre is written.
        unsure: what is written for an unsure answer; None leaves the file alone.
        confidence: write the probability of the first genre too.
        timeline: write the genre over time too.
        vocabulary: how genres are spelt.

    Raises:
        SettingsError: a number is out of its range.
    """

    existing: Existing = Existing.KEEP
    max_genres: int = 1
    min_proba: float = 0.2
    unsure: str | None = None
    confidence: bool = False
    timeline: bool = False
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    def __post_init__(self) -> None:
        if self.max_genres < 1:
            raise SettingsError(BAD_SETTING, "max_genres", f"must be at least 1, got {self.max_genres}")
        if not 0 <= self.min_proba <= 1:
            raise SettingsError(BAD_SETTING, "min_proba", f"must lie between 0 and 1, got {self.min_proba:g}")


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer means for the tags of a file.

    Attributes:
        path: of the file.
        old: genres that the tags say.
        new: genres that they shall say; equal to `old` where nothing is to be done.
        extras: genrekit's own fields to write.
        reason: why nothing is to be done, or empty.
    """

    path: Path
    old: tuple[str, ...]
    new: tuple[str, ...]
    extras: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def is_needed(self) -> bool:
        """Whether something is to be written."""
        return not self.reason


def read_tags(path: Path) -> TagFields:
    """What the tags of a file say.

    Raises:
        TagError: they cannot be read, or the file cannot.
        MissingExtraError: the tag library is not installed.
    """
    try:
        with path.open("rb") as file:
            inventory = take_inventory(file, str(path))
            return read_fields(file, inventory.container, str(path))
    except OSError as error:
        raise TagError(TAGS_UNREADABLE, str(path), f"cannot be read: {error.strerror}") from error


def plan_change(path: Path, prediction: Prediction, fields: TagFields, policy: Policy) -> Change:
    """What an answer means for a file whose tags are known. Pure: nothing is read or written."""
    old = fields.genres
    if old and policy.existing is Existing.KEEP:
        return Change(path, old, old, reason="has a genre already")
    if prediction.unsure and policy.unsure is None:
        return Change(path, old, old, reason="the answer is unsure")
    words = (policy.unsure,) if prediction.unsure and policy.unsure else _words(prediction, policy)
    if not words:
        return Change(path, old, old, reason="the vocabulary allows none of the genres")
    new = policy.vocabulary.merged(old, words) if policy.existing is Existing.MERGE else words
    extras = _extras(prediction, policy)
    if new == old and all(fields.extras.get(name) == text for name, text in extras.items()):
        return Change(path, old, old, reason="says so already")
    return Change(path, old, new, extras)


def write_change(change: Change, journal: Journal, *, keep_mtime: bool = False) -> None:
    """Make a change, or none at all.

    The copy is edited, brought to the disk, read again and compared with the original: every byte that is no tag
    and every other tag must be equal. Then the journal gets what is needed to undo it, and the copy takes over.

    Raises:
        TagError: the file's tags are better left as they are, or it could not be written; it is as it was.
        MissingExtraError: the tag library is not installed.
    """
    subject = str(change.path)
    mtime_ns = _mtime_ns(change.path) if keep_mtime else None

    def make(old: BinaryIO, copy: BinaryIO) -> None:
        before = take_inventory(old, subject)
        old.seek(0)
        shutil.copyfileobj(old, copy, _BLOCK)
        copy.flush()
        version = before.version
        write_genres(copy, before.container, change.new, change.extras, version=version, subject=subject)

    def approve(old: BinaryIO, copy: BinaryIO) -> None:
        _compare(change, take_inventory(old, subject), take_inventory(copy, subject), copy)
        journal.add(Entry.of(change.path, old, copy, change.old, change.new))

    replace_file(change.path, make, approve, mtime_ns=mtime_ns)


def _mtime_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise TagError(TAGS_NOT_WRITTEN, str(path), f"cannot be read: {error.strerror}") from error


def _compare(change: Change, before: Inventory, after: Inventory, copy: BinaryIO) -> None:
    subject = str(change.path)
    for difference in differences(before, after):
        raise TagError(TAGS_UNSAFE, subject, f"was left as it is: {difference}")
    written = read_fields(copy, after.container, subject)
    if written.genres != change.new or any(written.extras.get(name) != text for name, text in change.extras.items()):
        raise TagError(TAGS_UNSAFE, subject, f"was left as it is: the copy says {', '.join(written.genres)!r}")


def _words(prediction: Prediction, policy: Policy) -> tuple[str, ...]:
    top = prediction.top(policy.max_genres)
    names = [name for rank, (name, proba) in enumerate(top) if rank == 0 or proba >= policy.min_proba]
    # The answers first, then what they belong to.
    chains = [policy.vocabulary.spelt(name) for name in names]
    leaves = [word for chain in chains for word in chain[:1]]
    parents = [word for chain in chains for word in chain[1:]]
    return tuple(dict.fromkeys(leaves + parents))


def _extras(prediction: Prediction, policy: Policy) -> dict[str, str]:
    extras = {}
    if policy.confidence:
        extras[CONFIDENCE_FIELD] = f"{prediction.top(1)[0][1]:.3f}"
    if policy.timeline:
        stretches = (f"{clip.start:.0f}-{clip.end:.0f} {clip.genre}" for clip in prediction.clips)
        extras[TIMELINE_FIELD] = "; ".join(stretches)
    return extras
