"""GTZAN's ten genres, and the spellings under which people know them.

What a prediction may say is the artifact's list, not this one: an artifact trained on other genres
says those. This module serves the artifact that ships and everything that reads GTZAN's names.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

GTZAN_GENRES: Final = (
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
)

_SPELLINGS: Final = MappingProxyType(
    {
        "hip hop": "hiphop",
        "hip-hop": "hiphop",
        "rap": "hiphop",
        "classic": "classical",
        "classical music": "classical",
        "heavy metal": "metal",
        "blue": "blues",
    }
)


def canonical_genre(name: str) -> str:
    """GTZAN's spelling of a genre's name, or the name itself in lower case when GTZAN has no such genre."""
    folded = " ".join(name.casefold().replace("_", " ").split())
    return _SPELLINGS.get(folded, folded)


def display_genre(name: str) -> str:
    """A genre's name as people write it: ``hiphop`` is shown as ``hip hop``."""
    return {"hiphop": "hip hop"}.get(name, name)
