"""What a person said of tracks: a CSV file of ``path,genre``, and what tagging and training learn from it.

A line says which genre a track has, whether the answer was accepted or corrected. The last line on a path counts.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nextafter
from pathlib import Path
from typing import Final

from genrekit.collection.rows import Row
from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.genres import canonical_genre
from genrekit.values import Prediction

CORRECTIONS_NAME: Final = "corrections.csv"
_COLUMNS: Final = ["path", "genre"]
_TARGET: Final = 0.9
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which probability on a genre is believed, as far as a person's word tells.

    Attributes:
        genre: that was answered.
        reviewed: tracks that got this answer and a person's word.
        right: how many of them have this genre indeed.
        proba: the lowest top probability from which nine of ten answers were right, just above all that were reviewed
            where none was enough; None where too few were reviewed to tell.
    """

    genre: str
    reviewed: int
    right: int
    proba: float | None


def read_corrections(path: Path) -> dict[Path, str]:
    """Genre by path; empty where there is no file yet.

    Raises:
        SettingsError: the file cannot be read, or is no such file.
    """
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, csv.Error) as error:
        raise SettingsError(BAD_SETTING, str(path), f"cannot be read as corrections: {error}") from error
    if not lines or lines[0] != _COLUMNS:
        raise SettingsError(BAD_SETTING, str(path), "must begin with the line path,genre")
    for number, line in enumerate(lines, start=1):
        if len(line) != len(_COLUMNS) or not all(cell.strip() for cell in line):
            raise SettingsError(BAD_SETTING, str(path), f"line {number} must be a path and a genre")
    return {Path(name): canonical_genre(genre) for name, genre in lines[1:]}


def write_corrections(path: Path, corrections: Mapping[Path, str]) -> None:
    """Write all of them; whoever reads meanwhile finds the old file or the whole new one.

    Raises:
        SettingsError: the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            csv.writer(file).writerows([_COLUMNS, *([os.fspath(name), genre] for name, genre in corrections.items())])
        beside.replace(path)
    except OSError as error:
        raise SettingsError(BAD_SETTING, str(path), f"cannot be written: {error.strerror}") from error


def fit_thresholds(reviewed: Iterable[tuple[Prediction, str]]) -> dict[str, Threshold]:
    """A threshold for each genre that was answered: the lowest from which at least nine of ten answers were right.

    Args:
        reviewed: answers, each with the genre that a person named.
    """
    by_genre: dict[str, list[tuple[float, bool]]] = {}
    for answer, genre in reviewed:
        by_genre.setdefault(answer.genre, []).append((answer.proba[answer.genre], answer.genre == genre))
    return {genre: _threshold(genre, said) for genre, said in sorted(by_genre.items())}


def corrected(
    rows: Iterable[Row], corrections: Mapping[Path, str], thresholds: Mapping[str, Threshold]
) -> Iterator[Row]:
    """Rows as a person would have them: what was named is sure, the rest is judged by the fitted thresholds.

    Args:
        rows: of a scan.
        corrections: genre by absolute path.
        thresholds: of `fit_thresholds`; a genre without one keeps the artifact's judgement.
    """
    for row in rows:
        if not isinstance(row.result, Prediction):
            yield row
        elif row.path in corrections:
            yield replace(row, result=named(row.result, corrections[row.path]))
        else:
            yield replace(row, result=_judged(row.result, thresholds.get(row.result.genre)))


def reviewed_rows(rows: Iterable[Row], corrections: Mapping[Path, str]) -> Iterator[tuple[Prediction, str]]:
    """The answers of a scan that a person has spoken on, with that word."""
    for row in rows:
        if isinstance(row.result, Prediction) and row.path in corrections:
            yield row.result, corrections[row.path]


def named(answer: Prediction, genre: str) -> Prediction:
    """An answer after a person has named the genre: certain, also if the artifact does not know it."""
    proba = dict.fromkeys(answer.proba, 0.0) | {genre: 1.0}
    return replace(answer, genre=genre, unsure=False, proba=proba)


def _judged(answer: Prediction, threshold: Threshold | None) -> Prediction:
    if threshold is None or threshold.proba is None:
        return answer
    return replace(answer, unsure=answer.proba[answer.genre] < threshold.proba)


def _threshold(genre: str, said: Sequence[tuple[float, bool]]) -> Threshold:
    right = sum(hit for _, hit in said)
    if len(said) < _FEWEST:
        return Threshold(genre, len(said), right, None)
    hits, ranked = 0, sorted(said, reverse=True)
    # Nothing is known of answers that are surer than all that were reviewed: they are not doubted.
    lowest = nextafter(ranked[0][0], 2.0)
    for count, (proba, hit) in enumerate(ranked, start=1):
        hits += hit
        # Equal probabilities stand or fall together.
        is_last_of_equals = count == len(ranked) or ranked[count][0] < proba
        if is_last_of_equals and hits >= _TARGET * count:
            lowest = proba
    return Threshold(genre, len(said), right, lowest)
