"""Several answers as a table, and as CSV and JSON to take away."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from genrekit import wire
from genrekit.errors import GenrekitError
from genrekit.genres import display_genre
from genrekit.values import Prediction
from genrekit.webapp.texts import clock, percent, sentence, verdict


@dataclass(frozen=True, slots=True)
class Answered:
    """A file and what came of it.

    Attributes:
        name: that the user gave it.
        path: where its sound lies.
        result: the answer, or why there is none.
    """

    name: str
    path: Path
    result: Prediction | GenrekitError


def table(rows: Sequence[Answered]) -> str:
    """A row for each file, and links that save them all."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{word}</th>' for word in ("File", "Genre", "Probability", "Heard"))
    body = "".join(_row(row) for row in rows)
    links = _link("genres.csv", "text/csv", as_csv(rows)) + _link("genres.json", "application/json", as_json(rows))
    return (
        f'<table class="gk-table gk-results"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        f'<p class="gk-save">{links}</p>'
    )


def as_csv(rows: Sequence[Answered]) -> str:
    """A line for each file: the answer or the failure, then the probability of each genre."""
    genres = next((list(row.result.proba) for row in rows if isinstance(row.result, Prediction)), [])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["file", "genre", "unsure", "probability", "duration", "code", "message", *genres])
    for row in rows:
        if isinstance(row.result, Prediction):
            answer = wire.prediction_record(row.name, row.result)
            top = answer.proba[answer.genre]
            cells = [answer.genre, answer.unsure, top, answer.duration, "", ""]
            writer.writerow([_tame(row.name), *cells, *answer.proba.values()])
        else:
            failure = [row.result.kind.code, sentence(row.name, row.result)]
            writer.writerow([_tame(row.name), "", "", "", "", *failure, *[""] * len(genres)])
    return out.getvalue()


def as_json(rows: Sequence[Answered]) -> str:
    """A list of the records that ``genrekit predict --json --timeline`` writes."""
    records = [
        wire.prediction_record(row.name, row.result, timeline=True)
        if isinstance(row.result, Prediction)
        else wire.ErrorRecord(row.name, wire.ErrorDetail(row.result.kind.code, sentence(row.name, row.result)))
        for row in rows
    ]
    return json.dumps([json.loads(wire.encode(record)) for record in records], indent=1)


def _tame(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name[:1] in tuple("=+-@\t\r") else name


def _row(row: Answered) -> str:
    name = f'<th scope="row">{escape(row.name)}</th>'
    if not isinstance(row.result, Prediction):
        words = escape(f"{row.result.reason} [{row.result.kind.code}]")
        return f'<tr>{name}<td colspan="3" class="gk-failed">no answer: {words}</td></tr>'
    answer = row.result
    word = escape(verdict(answer.genre, unsure=answer.unsure))
    top = f"{escape(display_genre(answer.genre))} {percent(answer.proba[answer.genre])}"
    return f"<tr>{name}<td>{word}</td><td>{top}</td><td>{clock(answer.duration)}</td></tr>"


def _link(name: str, kind: str, content: str) -> str:
    encoded = b64encode(content.encode("utf-8", "surrogatepass")).decode()
    return f'<a class="gk-link" download="{name}" href="data:{kind};base64,{encoded}">Save {name}</a>'
