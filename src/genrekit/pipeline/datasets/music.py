"""Music as a person names it: a folder of genres, or a copy of GTZAN as a folder or an archive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genrekit.errors import DatasetError
from genrekit.pipeline.datasets.acquire import unpack
from genrekit.pipeline.datasets.folder import Listed, list_folder
from genrekit.pipeline.datasets.gtzan import find_gtzan, list_gtzan

_GTZAN_NAME: Final = re.compile(r"[a-z]+\.\d{5}\.\w+")


@dataclass(frozen=True, slots=True)
class Music:
    """What was found.

    Attributes:
        root: folder of the genres' folders.
        tracks: to learn from.
        left_out: why others are not, by name.
        is_gtzan: whether it is a copy of GTZAN.
    """

    root: Path
    tracks: tuple[Listed, ...]
    left_out: Mapping[str, str]
    is_gtzan: bool


def find_music(
    source: Path,
    unpacked: Path,
    *,
    groups: Mapping[str, str] | None = None,
    corrections: Mapping[str, str] | None = None,
) -> Music:
    """Find the tracks.

    Args:
        source: folder with a folder for each genre, or one above GTZAN's; or an archive of either.
        unpacked: where an archive is unpacked, once.
        groups: see `list_folder`.
        corrections: see `list_folder`.

    Raises:
        DatasetError: there is nothing to learn from; the message says why.
    """
    root = unpack(source, unpacked) if source.is_file() else source
    gtzan = _gtzan_in(root)
    if gtzan is None:
        tracks = list_folder(root, groups=groups, corrections=corrections)
        return Music(root, tracks, {}, is_gtzan=False)
    kept, left_out = list_gtzan(gtzan, groups=groups, corrections=corrections)
    return Music(gtzan, kept, left_out, is_gtzan=True)


def _gtzan_in(root: Path) -> Path | None:
    """Its folder, if the ten genres are there and the files are called as GTZAN's are."""
    try:
        found = find_gtzan(root, root)
    except DatasetError:
        return None
    return found if any(_GTZAN_NAME.fullmatch(path.name) for path in found.glob("blues/*")) else None
