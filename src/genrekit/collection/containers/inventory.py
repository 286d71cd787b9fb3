"""An account of a sound file: a hash of all that is no tag, and every tag by itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Final

from genrekit.errors import printable

OWN_PREFIX: Final = "GENREKIT_"
# The keys under which the formats keep the genre, as the readers beside this module name them.
_GENRE_KEYS: Final = frozenset({"TCON", "GENRE", "©gen", "gnre", "WM/Genre"})
_BLOCK: Final = 2**20


class Container(StrEnum):
    """Kinds of file whose tags can be written."""

    MP3 = "mp3"
    FLAC = "flac"
    VORBIS = "ogg"
    OPUS = "opus"
    MP4 = "m4a"
    ASF = "wma"
    WAV = "wav"
    AIFF = "aiff"


class DamagedError(Exception):
    """The structure cannot be followed; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a file holds.

    Attributes:
        container: its kind.
        sound: SHA-256 [hex] of everything that is no tag, each part with its place in the structure.
        fields: every tag as (key, content), in a form that does not depend on how it is stored; sorted.
        version: of the tag format where there are several (ID3: 3 or 4), else 0; 0 also without any tag.
    """

    container: Container
    sound: str
    fields: tuple[tuple[str, bytes], ...]
    version: int = 0

    def of_others(self) -> Counter[tuple[str, bytes]]:
        """The fields that are neither a genre nor genrekit's own."""
        return Counter(item for item in self.fields if not is_ours(item[0]))


@dataclass(slots=True)
class Account:
    """An inventory in the making: a reader adds what it meets."""

    fields: list[tuple[str, bytes]] = field(default_factory=list)
    version: int = 0
    _sound: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add_sound(self, place: str, content: bytes) -> None:
        """A part of the file that is no tag."""
        self._sound.update(f"{place}:{len(content)}:".encode() + content)

    def add_stretch(self, place: str, file: BinaryIO, start: int, end: int) -> None:
        """The bytes from start to end of the file as a part that is no tag; read in blocks."""
        self._sound.update(f"{place}:{end - start}:".encode())
        file.seek(start)
        left = end - start
        while left:
            block = file.read(min(_BLOCK, left))
            if not block:
                raise DamagedError(f"ends inside {place}")
            self._sound.update(block)
            left -= len(block)

    def add_field(self, key: str, content: bytes) -> None:
        """A tag."""
        self.fields.append((key, content))

    def finished(self, container: Container) -> Inventory:
        """The inventory of all that was added."""
        return Inventory(container, self._sound.hexdigest(), tuple(sorted(self.fields)), self.version)


def is_ours(key: str) -> bool:
    """Whether a field is a genre or one of genrekit's own: what an edit may change."""
    return key in _GENRE_KEYS or key.rpartition(":")[2].startswith(OWN_PREFIX)


def differences(before: Inventory, after: Inventory) -> list[str]:
    """What an edit changed beyond the genre, as sentences; empty if nothing."""
    found = []
    if before.container is not after.container:
        found.append(f"the file has become {after.container}")
    if before.sound != after.sound:
        found.append("bytes that are no tag have changed")
    lost = {key for key, _ in before.of_others() - after.of_others()}
    gained = {key for key, _ in after.of_others() - before.of_others()}
    found += [f"the tag {printable(key)} would be lost or altered" for key in sorted(lost)]
    # A writer must name itself where there was no tag at all.
    found += [f"the tag {printable(key)} would appear" for key in sorted(gained - lost - {"vendor"})]
    return found


def read_exactly(file: BinaryIO, size: int, what: str) -> bytes:
    """So many bytes.

    Raises:
        DamagedError: the file ends before.
    """
    data = file.read(size)
    if len(data) < size:
        raise DamagedError(f"ends inside {what}")
    return data


def file_size(file: BinaryIO) -> int:
    """Length of the file [bytes]; the position moves to its end."""
    return file.seek(0, 2)
