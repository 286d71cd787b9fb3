"""Whose music a file is, by its tags: what must never straddle a fold, where nobody has written a list."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import av

_NAMES: Final = ("album_artist", "albumartist", "album artist", "artist", "author")
_ANYBODY: Final = frozenset({"", "various", "various artists", "va", "unknown", "unknown artist", "[unknown]"})


def tagged_artist(path: Path) -> str:
    """The artist of the album, else of the track; empty where the tags name nobody or cannot be read.

    Read by the library that decodes, not by the one that writes tags, so that nothing else has to be installed.
    """
    try:
        with path.open("rb") as file, av.open(file, metadata_errors="replace") as container:
            texts = [container.metadata, *(stream.metadata for stream in container.streams)]
    except (OSError, av.FFmpegError):
        return ""
    tags = {key.casefold(): value.strip() for fields in reversed(texts) for key, value in fields.items()}
    named = (tags.get(name, "") for name in _NAMES)
    return next((artist for artist in named if artist.casefold() not in _ANYBODY), "")
