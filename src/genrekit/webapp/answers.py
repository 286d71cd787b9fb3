"""From files to what the page shows of them, step by step, so that it can be watched and cancelled."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from genrekit.errors import GenrekitError
from genrekit.values import Prediction
from genrekit.webapp.asking import Asking, Predict, hear
from genrekit.webapp.bars import bars, headline
from genrekit.webapp.evidence import evidence
from genrekit.webapp.results import Answered, table
from genrekit.webapp.texts import error_box
from genrekit.webapp.timeline import timeline
from genrekit.webapp.waiting import waited

_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows at a moment.

    Attributes:
        status: what is going on, in a sentence.
        answer: of the file that is looked at.
        why: the evidence for it.
        table: all files.
        rows: the answers behind it.
    """

    status: str
    answer: str
    why: str
    table: str
    rows: tuple[Answered, ...]


def answered(predict: Predict, name: str, path: Path) -> Answered:
    """Ask for one file; an error is an answer too."""
    try:
        return Answered(name, path, predict(path))
    except GenrekitError as error:
        return Answered(name, path, error)


def answer_files(asking: Asking, files: Sequence[tuple[str, Path]]) -> Iterator[Shown]:
    """Answer files one after the other, the first one in full as soon as it is there.

    Args:
        asking: whom to ask.
        files: names and paths.
    """
    rows: tuple[Answered, ...] = ()
    answer, total = "", len(files)
    for number, (name, path) in enumerate(files, start=1):
        tell = partial(_working, rows, answer, name, number, total)
        yield tell(0.0)
        rows += ((yield from waited(partial(answered, asking.predict, name, path), tell)),)
        answer = answer or show_answer(rows[0])
        yield Shown(progress(f"{number} of {total} answered", number, total), answer, "", table(rows), rows)
    if rows:
        done = f"{total} of {total} answered" if total > 1 else "Answered"
        why = yield from show_why(asking, rows[0], lambda told: Shown(done, answer, told, table(rows), rows))
        yield Shown(done, answer, why, table(rows), rows)


def show_answer(row: Answered) -> str:
    """The answer large, all genres, and the timeline; or what went wrong."""
    if not isinstance(row.result, Prediction):
        return error_box(row.name, row.result)
    address = file_address(row.path)
    chart = bars(row.result.proba, f"Probability of each genre for {row.name}")
    return (
        f'<article class="gk-answer" aria-label="Answer for {escape(row.name)}">'
        f"<div>{headline(row.name, row.result)}</div><div>{chart}</div></article>"
        f"<h2>Over time</h2>{timeline(row.result, address)}"
    )


def show_why(asking: Asking, row: Answered, tell: Callable[[str], _Told]) -> Generator[_Told, None, str]:
    """The evidence for an answer; yields what `tell` makes of the words shown meanwhile."""
    if not isinstance(row.result, Prediction):
        return ""
    yield tell("<p>Looking closer …</p>")
    work = partial(_why, asking, row.path, row.result)
    return (yield from waited(work, lambda seconds: tell(f"<p>Looking closer … {seconds:.0f} s</p>")))


def file_address(path: Path) -> str:
    """Where the browser gets a file from; relative, so that it holds behind a proxy too."""
    return f"gradio_api/file={quote(os.fspath(path))}"


def progress(words: str, done: int, total: int) -> str:
    """Words and a bar."""
    return f'{escape(words)} <progress max="{total}" value="{done}" aria-label="{escape(words)}"></progress>'


def _why(asking: Asking, path: Path, prediction: Prediction) -> str:
    try:
        sound = hear(path)
        return evidence(prediction, sound, asking.inside(sound))
    except GenrekitError as error:
        return error_box(path.name, error)


def _working(rows: tuple[Answered, ...], answer: str, name: str, number: int, total: int, seconds: float) -> Shown:
    words = f"Listening to {name}, {number} of {total}" + (f", for {seconds:.0f} s" if seconds >= 1 else "")
    return Shown(progress(words, number - 1, total), answer, "", table(rows), rows)


def _table(rows: Sequence[Answered]) -> str:
    return table(rows)
