"""A person's pass through the least certain answers: what is next, what was said, what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Final

from genrekit.collection.corrections import (
    Threshold,
    fit_thresholds,
    read_corrections,
    write_corrections,
)
from genrekit.collection.uncertain import Remembered, least_certain, remembered
from genrekit.errors import GenrekitError
from genrekit.genres import display_genre
from genrekit.webapp.bars import bars, headline
from genrekit.webapp.excerpt import excerpt_address
from genrekit.webapp.occlusion import deciding_span
from genrekit.webapp.texts import clock, error_box, percent

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Library:
    """What is reviewed.

    Attributes:
        manifest: of a scan.
        corrections: file of what people said.
        artifact_id: whose answers are looked at.
    """

    manifest: Path
    corrections: Path
    artifact_id: str


@dataclass(frozen=True, slots=True)
class Pass:
    """Where a person is.

    Attributes:
        queue: what is looked at, the least certain first.
        at: position in it.
        said: positions on which a word was said, in order, to take the last one back.
    """

    queue: tuple[Remembered, ...] = ()
    at: int = 0
    said: tuple[int, ...] = field(default=())

    @property
    def current(self) -> Remembered | None:
        """What is looked at now; None at the end."""
        return self.queue[self.at] if self.at < len(self.queue) else None


def begin(library: Library) -> Pass:
    """The least certain answers on which nobody has said anything yet.

    Raises:
        SettingsError: manifest or corrections cannot be read.
    """
    spoken = read_corrections(library.corrections)
    candidates = least_certain(library.manifest, library.artifact_id, _MOST + len(spoken))
    return Pass(tuple([item for item in candidates if item.path not in spoken][:_MOST]))


def say(library: Library, at: Pass, genre: str | None) -> Pass:
    """Write down which genre the current track has, the answered one if None, and go on.

    Raises:
        SettingsError: the corrections cannot be written.
    """
    item = at.current
    if item is None:
        return at
    corrections = read_corrections(library.corrections)
    corrections.pop(item.path, None)
    write_corrections(library.corrections, corrections | {item.path: genre or item.answer.genre})
    return replace(at, at=at.at + 1, said=(*at.said, at.at))


def skip(at: Pass) -> Pass:
    """Go on without a word."""
    return at if at.current is None else replace(at, at=at.at + 1)


def take_back(library: Library, at: Pass) -> Pass:
    """Forget the last word, and look at its track again.

    Raises:
        SettingsError: the corrections cannot be written.
    """
    if not at.said:
        return at
    *earlier, last = at.said
    corrections = read_corrections(library.corrections)
    corrections.pop(at.queue[last].path, None)
    write_corrections(library.corrections, corrections)
    return replace(at, at=last, said=tuple(earlier))


def show(at: Pass) -> str:
    """The current track: its answer, and the seconds that decided."""
    item = at.current
    if item is None:
        return f"<p>All {len(at.queue)} are done.</p>"
    start, end = deciding_span(item.answer)
    try:
        address = excerpt_address(item.path, start, end)
    except GenrekitError as error:
        sound = error_box(item.path.name, error)
    else:
        label = f"The seconds that decided: {clock(start)} to {clock(end)}"
        sound = f'<p>{label}</p><audio class="gk-audio" controls src="{address}" aria-label="{label}"></audio>'
    chart = bars(item.answer.proba, f"Probability of each genre for {item.path.name}")
    place = f"{at.at + 1} of {len(at.queue)}, in {escape(str(item.path.parent))}"
    return (
        f'<p class="gk-note">{place}</p><article class="gk-answer"><div>{headline(item.path.name, item.answer)}'
        f"{sound}</div><div>{chart}</div></article>"
    )


def thresholds(library: Library) -> Mapping[str, Threshold]:
    """From which probability on each genre is believed, by all that was said so far.

    Raises:
        SettingsError: manifest or corrections cannot be read.
    """
    spoken = read_corrections(library.corrections)
    items = remembered(library.manifest, library.artifact_id, frozenset(spoken))
    return fit_thresholds((item.answer, spoken[item.path]) for item in items)


def threshold_table(fitted: Mapping[str, Threshold]) -> str:
    """The thresholds as HTML."""
    if not fitted:
        return "<p>Thresholds for each genre appear here once tracks have been reviewed.</p>"
    rows = "".join(
        f'<tr><th scope="row">{escape(display_genre(genre))}</th><td>{item.right} of {item.reviewed}</td>'
        f"<td>{_words(item)}</td></tr>"
        for genre, item in fitted.items()
    )
    head = '<th scope="col">Answer</th><th scope="col">Right</th><th scope="col">Believed from</th>'
    return f'<table class="gk-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _words(item: Threshold) -> str:
    return "too few reviewed to tell" if item.proba is None else percent(item.proba)
