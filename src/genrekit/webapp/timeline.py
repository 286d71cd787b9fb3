"""The answer over time: stacked probabilities that tell their seconds and play from there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.genres import display_genre
from genrekit.values import ClipResult, Prediction
from genrekit.webapp.bars import colours_of
from genrekit.webapp.occlusion import Support
from genrekit.webapp.texts import NOT_PLAYED, clock, percent

# More columns than this are not to be told apart on a screen, and make the page heavy.
_MOST_COLUMNS: Final = 240
_MOST_RUNS: Final = 40
_WIDTH, _HEIGHT = 1000.0, 160.0
_SUPPORT_HEIGHT: Final = 80.0


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A timeline cut down to what can be drawn.

    Attributes:
        genres: in the artifact's order.
        bounds: float64 (n_columns, 2), start and end of each [s].
        proba: float64 (n_columns, n_genres).
    """

    genres: tuple[str, ...]
    bounds: NDArray[np.float64]
    proba: NDArray[np.float64]


def columns_of(clips: Sequence[ClipResult]) -> Columns:
    """Neighbours joined, so that at most 240 columns are left; each the mean of what it joins."""
    genres = tuple(clips[0].proba)
    step = -(-len(clips) // _MOST_COLUMNS)
    groups = [clips[first : first + step] for first in range(0, len(clips), step)]
    proba = [np.mean([[clip.proba[genre] for genre in genres] for clip in group], axis=0) for group in groups]
    return Columns(genres, np.array([[group[0].start, group[-1].end] for group in groups]), np.array(proba))


def timeline(prediction: Prediction, source: str) -> str:
    """Player, stacked probabilities over time, and the runs of one leading genre; empty without stretches.

    Args:
        prediction: of the track.
        source: address that the browser plays the track from.
    """
    if not prediction.clips:
        return player(source)
    columns = columns_of(prediction.clips)
    end = float(columns.bounds[-1, 1])
    spoken = [_spoken(columns, index) for index in range(len(columns.bounds))]
    data = json.dumps({"bounds": columns.bounds.round(2).tolist(), "spoken": spoken})
    return (
        f'<div class="gk-sound">{player(source)}'
        f'<div class="gk-timeline" role="slider" tabindex="0"'
        ' aria-label="Genre over time: arrow keys move, Enter plays"'
        f' aria-valuemin="0" aria-valuemax="{end:.0f}" aria-valuenow="0" aria-valuetext="{escape(spoken[0])}"'
        f' data-end="{end:.2f}" data-columns="{escape(data)}">{_stack(columns, end)}'
        f'<span class="gk-cursor" aria-hidden="true"></span></div>'
        f'<p class="gk-readout" aria-hidden="true">{escape(spoken[0])}</p>'
        f"{_legend(columns, prediction)}{_runs(prediction.clips)}</div>"
    )


def player(source: str) -> str:
    """An audio element, with what is said where the browser cannot play the format."""
    return (
        f'<audio class="gk-audio" controls preload="metadata" src="{escape(source)}" aria-label="The track"></audio>'
        f'<p class="gk-unplayed" hidden>{escape(NOT_PLAYED)}</p>'
    )


def support_chart(supports: Sequence[Support], genre: str) -> str:
    """Bars over time: above the line what spoke for the answer, below what spoke against it."""
    if not supports:
        return "<p>The track is too short to say which of its seconds decided.</p>"
    end, middle = supports[-1].end, _SUPPORT_HEIGHT / 2
    largest = max(abs(item.gain) for item in supports) or 1.0
    marks = []
    for item in supports:
        height = max(abs(item.gain) / largest * (middle - 2), 0.5)
        y = middle - height if item.gain >= 0 else middle
        marks.append(
            f'<rect class="{"gk-for" if item.gain >= 0 else "gk-against"}" x="{_WIDTH * item.start / end:.1f}" '
            f'y="{y:.1f}" width="{max(_WIDTH * (item.end - item.start) / end - 1, 0.5):.1f}" height="{height:.1f}">'
            f"<title>{_support_words(item)}</title></rect>"
        )
    best = max(supports, key=lambda item: item.gain)
    line = f'<line class="gk-axis" x1="0" x2="{_WIDTH:g}" y1="{middle}" y2="{middle}"/>'
    label = f"What each stretch did for {display_genre(genre)}. Most for it: {_support_words(best)}"
    return (
        f'<svg class="gk-support" viewBox="0 0 {_WIDTH:g} {_SUPPORT_HEIGHT:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}">{line}{"".join(marks)}</svg>'
        f'<p class="gk-scale"><span>0:00</span><span>{clock(end)}</span></p>'
        f"<p>Most for it: {_support_words(best)}.</p>"
    )


def _support_words(item: Support) -> str:
    return f"{clock(item.start)} to {clock(item.end)}, {100 * item.gain:+.1f} percentage points"


def _stack(columns: Columns, end: float) -> str:
    """One path for each genre, in steps, stacked from the bottom up; its name on hover."""
    edges = np.vstack([np.zeros(len(columns.bounds)), np.cumsum(columns.proba, axis=1).T]) * _HEIGHT
    xs = columns.bounds / end * _WIDTH
    colours = colours_of(dict.fromkeys(columns.genres, 0.0))
    paths = []
    for index, genre in enumerate(columns.genres):
        low, high = _HEIGHT - edges[index], _HEIGHT - edges[index + 1]
        forth = "L".join(f"{a:.1f},{y:.1f}L{b:.1f},{y:.1f}" for (a, b), y in zip(xs, high, strict=True))
        pairs = list(zip(xs, low, strict=True))[::-1]
        back = "L".join(f"{b:.1f},{y:.1f}L{a:.1f},{y:.1f}" for (a, b), y in pairs)
        paths.append(f'<path d="M{forth}L{back}Z" fill="{colours[genre]}"/>')
    return (
        f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(paths)}</svg>"
    )


def _spoken(columns: Columns, index: int) -> str:
    """A column in words: its seconds, and the genres that count there."""
    start, end = columns.bounds[index]
    best = np.argsort(-columns.proba[index], kind="stable")[:3]
    words = [f"{display_genre(columns.genres[i])} {percent(columns.proba[index, i])}" for i in best]
    return f"{clock(start)} to {clock(end)}: {', '.join(words)}"


def _legend(columns: Columns, prediction: Prediction) -> str:
    """Name and colour of the genres that are visible somewhere, as they are stacked."""
    colours = colours_of(prediction.proba)
    shown = [genre for genre, peak in zip(columns.genres, columns.proba.max(axis=0), strict=True) if peak >= 0.1]
    keys = "".join(
        f'<li><i style="background:{colours[genre]}"></i>{escape(display_genre(genre))}</li>' for genre in shown
    )
    return f'<ul class="gk-legend" aria-label="Colours, from the bottom up">{keys}</ul>'


def _runs(clips: Sequence[ClipResult]) -> str:
    """Runs in which one genre leads, as buttons that play from there: the timeline for those who read."""
    runs = [(genre, list(group)) for genre, group in groupby(clips, key=lambda clip: clip.genre)]
    rest = len(runs) - _MOST_RUNS
    buttons = "".join(
        f'<li><button type="button" class="gk-seek" data-seek="{group[0].start:.2f}">'
        f"{clock(group[0].start)} {escape(display_genre(genre))}</button></li>"
        for genre, group in runs[:_MOST_RUNS]
    )
    more = f"<li>and {rest} more changes</li>" if rest > 0 else ""
    return f'<ul class="gk-runs" aria-label="Play from where the leading genre changes">{buttons}{more}</ul>'
