"""A report as one small HTML page: tables and pictures, no scripts, nothing fetched; reads in light and in dark."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Final

from genrekit.pipeline.checks.check import Check, Status, Table
from genrekit.plots import Picture

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #7676764d; vertical-align: top; }
.status { white-space: nowrap; font-weight: 600; }
.passed { color: light-dark(#00694a, #35d3a0); }
.short { color: light-dark(#8a5a00, #f0b450); }
.failed { color: light-dark(#a8321f, #ff8a70); }
.reported { color: #767676; }
.note { color: #767676; }
figure { margin: 1.5rem 0; }
img { max-width: 100%; height: auto; }
summary { cursor: pointer; color: #767676; }
"""
_CLASSES: Final = {
    Status.PASSED: "passed",
    Status.SHORT: "short",
    Status.FAILED: "failed",
    Status.REPORTED: "reported",
}


def render_page(title: str, lead: str, checks: Sequence[Check], pictures: Sequence[tuple[str, Picture]]) -> str:
    """The page.

    Args:
        title: of the page.
        lead: a sentence below it.
        checks: in order; those of one subject lie together.
        pictures: each with the sentence that says what it shows.
    """
    sections = "".join(_section(subject, list(group)) for subject, group in groupby(checks, lambda each: each.subject))
    figures = "".join(_figure(caption, picture) for caption, picture in pictures)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(lead)}</p>\n{_summary(checks)}{sections}"
        f"<h2>Pictures</h2>\n{figures}</body>\n</html>\n"
    )


def _summary(checks: Sequence[Check]) -> str:
    counts = [(status, sum(check.status is status for check in checks)) for status in Status]
    words = ", ".join(f'<span class="{_CLASSES[status]}">{count} {status}</span>' for status, count in counts if count)
    return f"<p>{len(checks)} checks: {words}.</p>\n"


def _section(subject: str, checks: Sequence[Check]) -> str:
    rows = "".join(_row(check) for check in checks)
    header = "<tr><th>check</th><th>measured</th><th>gate</th><th>wanted</th><th></th></tr>\n"
    return f"<h2>{escape(subject.capitalize())}</h2>\n<table>\n{header}{rows}</table>\n"


def _row(check: Check) -> str:
    figures = "".join(f"<td>{figure(value)}</td>" for value in (check.value, check.gate, check.wanted))
    details = f"<details><summary>details</summary>{_table(check.table)}</details>" if check.table else ""
    status = f'<td class="status {_CLASSES[check.status]}">{check.status}</td>'
    return (
        f'<tr><td>{escape(check.name)}<br><span class="note">{escape(check.note)}</span>{details}</td>'
        f"{figures}{status}</tr>\n"
    )


def figure(value: float | None) -> str:
    """A number with three digits that mean something, or a dash."""
    return "-" if value is None else f"{value:.3g}"


def _table(table: Table) -> str:
    if not table.rows:
        return "<p>none</p>"
    header = "".join(f"<th>{escape(name)}</th>" for name in table.header)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return f"<table><tr>{header}</tr>{rows}</table>"


def _figure(caption: str, picture: Picture) -> str:
    # As an image of its own: names inside one picture cannot meet those of another.
    source = base64.b64encode(picture.svg().encode()).decode()
    text = escape(caption, quote=True)
    return (
        f'<figure><img alt="{text}" src="data:image/svg+xml;base64,{source}"><figcaption>{text}</figcaption></figure>\n'
    )
