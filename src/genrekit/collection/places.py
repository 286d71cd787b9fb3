"""Where a file of a library lies: on this machine, or at an address that `genrekit.collection.remote` can read."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.request import url2pathname

# Two letters at least: C:/ is a drive. What follows may be a chain, such as simplecache::s3://bucket.
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:://|::.*://)")
_HERE: Final = re.compile(r"(?:file|local)://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Url:
    """The address of a file or folder elsewhere, such as ``s3://bucket/music/a.mp3``.

    Attributes:
        text: as fsspec reads it.
    """

    text: str

    @property
    def name(self) -> str:
        """Of the file, without its folders."""
        return PurePosixPath(self.text.partition("::")[0]).name

    @property
    def suffix(self) -> str:
        """The extension, with its dot."""
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> Url:
        """The address of the folder."""
        head, link, chain = self.text.partition("::")
        return Url(head.rstrip("/").rpartition("/")[0] + link + chain)

    def below(self, relative: str) -> Url:
        """The address of what lies below this one.

        Args:
            relative: names joined by slashes.
        """
        head, link, chain = self.text.partition("::")
        if "://" not in head:
            return Url(f"{head}{link}{Url(chain).below(relative).text}")
        return Url(f"{head.removesuffix('/') if not head.endswith('://') else head[:-1]}/{relative}{link}{chain}")

    def __str__(self) -> str:
        return self.text


Place = Path | Url


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the listing of its folder tells it.

    Attributes:
        place: where it lies.
        size: [bytes]; None if the listing does not say.
        stamp: a number that is another one when the file changes; None if the listing says nothing of the kind.
    """

    place: Url
    size: int | None
    stamp: int | None


def parse_place(text: str) -> Place:
    """What a person means: an address if it looks like one, else a path. ``file://`` is a path of this machine."""
    if here := _HERE.match(text):
        return Path(url2pathname(text[here.end() :]))
    return Url(text) if _ADDRESS.match(text) else Path(text)


def key_of(place: Place) -> bytes:
    """What a manifest knows a place by: its address, or its absolute path in the bytes of the file system."""
    return place.text.encode() if isinstance(place, Url) else os.fsencode(os.path.abspath(place))  # noqa: PTH100 - fast


def place_of(key: bytes) -> Place:
    """The place of `key_of`."""
    text = os.fsdecode(key)
    return Url(key.decode()) if _ADDRESS.match(text) else Path(text)
