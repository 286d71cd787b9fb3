"""Answers remembered by content: same bytes, same options, same artifact, same answer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from genrekit.wire import PredictionRecord


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What an answer depends on: the content's SHA-256, how it was read, how much was heard, and who answered."""

    sha256: str
    form: str
    max_seconds: float | None
    artifact_id: str


class AnswerCache:
    """The most recently asked answers, in memory."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._answers: OrderedDict[CacheKey, PredictionRecord] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, key: CacheKey) -> PredictionRecord | None:
        """The answer, if it is still known."""
        record = self._answers.get(key)
        if record is not None:
            self._answers.move_to_end(key)
        return record

    def keep(self, key: CacheKey, record: PredictionRecord) -> None:
        """Remember an answer, and forget the one not asked for the longest."""
        self._answers[key] = record
        self._answers.move_to_end(key)
        while len(self._answers) > self._entries:
            self._answers.popitem(last=False)
