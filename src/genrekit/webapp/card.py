"""The running model on one page: what it says, what it reaches and where it fails, how to cite it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

import numpy as np

from genrekit.genres import display_genre
from genrekit.plots import confusion
from genrekit.webapp.evidence import wide_image
from genrekit.webapp.measured import Measured
from genrekit.webapp.robustness import robustness_section
from genrekit.webapp.texts import CITATION, percent
from genrekit.wire import ModelRecord

_PARTS: Final = {"all": "all tracks", "whole": "whole tracks", "excerpt": "short excerpts"}


def card(model: ModelRecord, measured: Measured, where: str) -> str:
    """The page as HTML.

    Args:
        model: that answers.
        measured: of this very artifact; empty where nothing was.
        where: it answers, in words.
    """
    sections = [
        ("Which model answers", _identity(model, where)),
        ("What it reaches", _reached(model.metrics)),
        *_measured(measured),
        ("Where it comes from", _pairs(model.provenance)),
        ("How to cite", f"<p>{escape(CITATION.format(version=model.genrekit, artifact=model.artifact_id))}</p>"),
    ]
    return "".join(f"<section><h2>{title}</h2>{content}</section>" for title, content in sections)


def _identity(model: ModelRecord, where: str) -> str:
    members = ", ".join(f"{name} (weight {weight:g})" for name, weight in model.members.items())
    pairs = {
        "Artifact": model.artifact_id,
        "Version of genrekit": model.genrekit,
        "Answers are given": where,
        "Genres it can say": ", ".join(map(display_genre, model.genres)),
        "Members": members,
        "Says unsure": f"when no genre reaches {percent(model.unsure_below)}",
    }
    return _pairs(pairs)


def _reached(metrics: Mapping[str, Any]) -> str:
    """Accuracy with its interval, out of fold."""
    rows = "".join(
        f'<tr><th scope="row">{words} <small>({part["tracks"]})</small></th><td>{100 * part["accuracy"]:.1f} %, 95 % '
        f"interval {100 * part['interval'][0]:.1f} to {100 * part['interval'][1]:.1f} %</td>"
        f"<td>{100 * part['balanced']:.1f} %</td><td>{part['calibration_error']:.3f}</td></tr>"
        for key, words in _PARTS.items()
        if isinstance(part := metrics.get(key), Mapping)
    )
    if not rows:
        return "<p>The artifact carries no figures.</p>"
    head = "".join(
        f'<th scope="col">{word}</th>'
        for word in ("Measured on", "Accuracy", "Balanced over genres", "Calibration error")
    )
    note = "<p>On tracks that the model was not trained on, artists kept apart where they are known.</p>"
    return f'{note}<table class="gk-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _measured(measured: Measured) -> Iterator[tuple[str, str]]:
    """Pictures and tables of what the evaluation measured, as far as it did."""
    figures = measured.metrics
    if "confusion" in figures:
        counts = np.array(figures["confusion"], dtype=np.float64)
        words = "Confusion matrix; the table below says the same"
        picture = wide_image(confusion.draw(counts, figures["genres"]), words)
        yield "Which genre is taken for which", picture + _confusions(counts, figures["genres"])
    if "coverage" in figures:
        yield "If it may pass on its least certain answers", _coverage(figures["coverage"])
    if measured.calibration:
        encoded = b64encode(measured.calibration.encode()).decode()
        words = "Accuracy against the probability given, out of fold"
        picture = f'<img class="gk-picture gk-small" alt="{words}" src="data:image/svg+xml;base64,{encoded}">'
        yield "Whether its probabilities mean what they say", f"<p>{words}.</p>{picture}"
    if held := robustness_section(measured.robustness):
        yield "How far it holds when the sound is changed", held


def _confusions(counts: np.ndarray[Any, np.dtype[np.float64]], genres: list[str]) -> str:
    """Each genre's share of right answers, and what it is mostly taken for."""
    rows = []
    for index, genre in enumerate(genres):
        row = counts[index]
        others = np.where(np.arange(len(row)) == index, -1.0, row)
        total = row.sum() or 1.0
        taken = f"{escape(display_genre(genres[int(others.argmax())]))} ({percent(others.max() / total)})"
        rows.append(
            f'<tr><th scope="row">{escape(display_genre(genre))}</th><td>{percent(row[index] / total)}</td>'
            f"<td>{taken if others.max() > 0 else 'nothing else'}</td></tr>"
        )
    head = '<th scope="col">Genre</th><th scope="col">Recognised</th><th scope="col">Mostly mistaken for</th>'
    return f'<table class="gk-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _coverage(curve: Mapping[str, float]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{percent(float(share))}</th><td>{100 * accuracy:.1f} %</td></tr>'
        for share, accuracy in curve.items()
    )
    head = '<th scope="col">Share of tracks answered, the most certain</th><th scope="col">Accuracy among them</th>'
    return f'<table class="gk-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _pairs(pairs: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in pairs.items())
    return f'<dl class="gk-pairs">{rows}</dl>'
