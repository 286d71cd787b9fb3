"""What a library looks like, gathered row by row: counts, and the tracks worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Final

from genrekit.collection.rows import Row
from genrekit.errors import AudioError
from genrekit.genres import canonical_genre
from genrekit.values import Prediction

# Longer lists would make the report too heavy to open, and nobody reads them.
_LONGEST_LIST: Final = 200
_MOST_FOLDERS: Final = 5_000
_BINS: Final = 20


@dataclass(frozen=True, slots=True, order=True)
class Notable:
    """A track worth a look: how much so, its path, what is said of it."""

    weight: float
    path: str
    answer: str
    tagged: str = ""


@dataclass(slots=True)
class Summary:
    """What a library looks like.

    Attributes:
        genres: sure answers by genre.
        unsure: how many answers are unsure.
        failures: by code of the error table.
        folders: by folder, sure answers by genre.
        confidence: how many answers have a top probability in each twentieth from 0 to 1.
        seconds: of sound that was heard [s].
        unsure_tracks: the least sure first.
        mistagged: tracks whose tags name another genre that the artifact knows, the surest answers first.
        failed: path and reason of the first failures.
    """

    genres: Counter[str] = field(default_factory=Counter)
    unsure: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    folders: dict[str, Counter[str]] = field(default_factory=dict)
    confidence: list[int] = field(default_factory=lambda: [0] * _BINS)
    seconds: float = 0.0
    unsure_tracks: list[Notable] = field(default_factory=list)
    mistagged: list[Notable] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """How many tracks have an answer, sure or not."""
        return self.genres.total() + self.unsure


def summarise(rows: Iterable[Row]) -> Summary:
    """Gather a summary; memory is bounded by the number of folders, and that is capped too."""
    summary = Summary()
    for row in rows:
        if isinstance(row.result, Prediction):
            _add_answer(summary, row, row.result)
        elif isinstance(row.result, AudioError):
            _add_failure(summary, row.result)
    summary.unsure_tracks.sort(reverse=True)
    summary.mistagged.sort(reverse=True)
    return summary


def _add_answer(summary: Summary, row: Row, answer: Prediction) -> None:
    top = answer.proba[answer.genre]
    summary.seconds += answer.duration
    summary.confidence[min(int(top * _BINS), _BINS - 1)] += 1
    if answer.unsure:
        summary.unsure += 1
        _keep(summary.unsure_tracks, Notable(1 - top, row.shown, answer.genre, "; ".join(row.tagged)))
        return
    summary.genres[answer.genre] += 1
    folder = str(row.place.parent)
    if folder in summary.folders or len(summary.folders) < _MOST_FOLDERS:
        summary.folders.setdefault(folder, Counter())[answer.genre] += 1
    if _contradicts(row.tagged, answer):
        _keep(summary.mistagged, Notable(top, row.shown, answer.genre, "; ".join(row.tagged)))


def _contradicts(tagged: tuple[str, ...], answer: Prediction) -> bool:
    """Whether the tags name genres that the artifact knows, and the answer is none of them."""
    known = {canonical_genre(name) for name in tagged} & set(answer.proba)
    return bool(known) and answer.genre not in known


def _keep(notables: list[Notable], notable: Notable) -> None:
    if len(notables) < _LONGEST_LIST:
        heappush(notables, notable)
    else:
        heappushpop(notables, notable)


def _add_failure(summary: Summary, error: AudioError) -> None:
    summary.failures[error.kind.code] += 1
    if len(summary.failed) < _LONGEST_LIST:
        summary.failed.append(f"{error} [{error.kind.code}]")
