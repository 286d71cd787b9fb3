"""What a manifest says of one file, and where in its tables that stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from genrekit import wire
from genrekit.collection.places import Place, Url, place_of
from genrekit.errors import BAD_SETTING, AudioError, SettingsError, find_kind
from genrekit.values import Prediction

JOINED: Final = """
FROM found JOIN file ON file.path = found.path
LEFT JOIN answer ON answer.content = file.content AND answer.key = :key
WHERE found.run = :run
"""
FAILURE: Final = "coalesce(answer.code, file.code), coalesce(answer.reason, file.reason)"
# What `read_row` takes.
COLUMNS: Final = f"found.path, found.shown, file.tagged, answer.record, {FAILURE}, file.content"


@dataclass(frozen=True, slots=True)
class Row:
    """What the manifest says of a file.

    Attributes:
        place: its absolute path, or its address.
        shown: the place as the user wrote it, as text that any terminal can carry.
        tagged: genres that its tags said when it was read.
        result: the answer with its timeline, the failure, or None as long as there is neither.
        content: what the file is known by, or None as long as that is not known.
    """

    place: Place
    shown: str
    tagged: tuple[str, ...]
    result: Prediction | AudioError | None
    content: str | None = None

    @property
    def path(self) -> Path:
        """The path of a file of this machine.

        Raises:
            SettingsError: it lies elsewhere.
        """
        if isinstance(self.place, Url):
            raise SettingsError(BAD_SETTING, self.place.text, "is no file of this machine")
        return self.place


def read_row(values: tuple[Any, ...]) -> Row:
    """The row that the values of `COLUMNS` mean."""
    path, shown, tagged, record, code, reason, content = values
    result: Prediction | AudioError | None = None
    if record is not None:
        decoded = wire.decode(record)
        result = wire.to_prediction(decoded) if isinstance(decoded, wire.PredictionRecord) else None
    elif code is not None:
        result = AudioError(find_kind(code), shown, reason)
    return Row(place_of(path), shown, msgspec.json.decode(tagged, type=tuple[str, ...]), result, content)
