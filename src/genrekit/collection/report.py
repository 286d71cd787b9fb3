"""A report on a library as one HTML file: pictures inside, no script, nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from genrekit.collection.summary import Notable, Summary
from genrekit.errors import BAD_SETTING, SettingsError, find_kind
from genrekit.genres import display_genre

_MOST_FOLDERS: Final = 40
_WIDTH: Final = 640
_ROW_HEIGHT: Final = 24
_LABEL_WIDTH: Final = 230
# Colours that keep apart for most kinds of colour vision (after Okabe and Ito), then their lighter kin.
_COLOURS: Final = (
    "#0072b2 #e69f00 #009e73 #cc79a7 #56b4e9 #d55e00 #f0e442 #999999 #66b2d9 #f2c266 #66c5ab #e0b0cb".split()
)
_STYLE: Final = """
:root { color-scheme: light dark } body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
padding: 0 1rem } h2 { margin-top: 2.5rem } svg { max-width: 100%; height: auto } svg text { fill: currentColor;
font: 13px system-ui, sans-serif } table { border-collapse: collapse; width: 100% } td, th { text-align: left;
padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere; vertical-align: top }
.key { display: inline-block; margin-right: 1em; white-space: nowrap } .key i { display: inline-block; width: .8em;
height: .8em; margin-right: .3em }
"""


def write_report(path: Path, summary: Summary, genres: Sequence[str]) -> None:
    """Write the report.

    Args:
        path: of the HTML file; one already there is replaced.
        summary: of the library.
        genres: what answers may say; decides the colours.

    Raises:
        SettingsError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(summary, genres), encoding="utf-8")
    except OSError as error:
        raise SettingsError(BAD_SETTING, str(path), f"cannot be written: {error.strerror}") from error


def render(summary: Summary, genres: Sequence[str]) -> str:
    """The report as HTML."""
    colours = {genre: _COLOURS[index % len(_COLOURS)] for index, genre in enumerate(genres)}
    sections = [
        ("Genres", _genre_bars(summary, colours)),
        ("Confidence", _confidence(summary)),
        ("Folders", _folders(summary, colours)),
        ("Likely mis-tagged", _notables(summary.mistagged, "The tags name another genre than a sure answer.")),
        ("Unsure", _notables(summary.unsure_tracks, "No genre is probable enough; the least sure first.")),
        ("Failures", _failures(summary)),
    ]
    body = "".join(f"<h2>{escape(title)}</h2>\n{content}\n" for title, content in sections)
    hours = summary.seconds / 3600
    head = (
        f"<p>{summary.answered} tracks answered ({summary.unsure} of them unsure), "
        f"{summary.failures.total()} failed; {hours:.1f} hours heard.</p>"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Genres of a library</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>Genres of a library</h1>\n{head}\n{body}</body></html>\n"
    )


def _genre_bars(summary: Summary, colours: dict[str, str]) -> str:
    counts = [(display_genre(genre), summary.genres[genre], colours[genre]) for genre in colours]
    counts.append(("unsure", summary.unsure, "#bbbbbb"))
    return _bars(sorted(counts, key=lambda row: -row[1]), "Tracks by genre")


def _confidence(summary: Summary) -> str:
    step = 1 / len(summary.confidence)
    rows = [
        (f"{100 * index * step:.0f}-{100 * (index + 1) * step:.0f} %", count, "#0072b2")
        for index, count in enumerate(summary.confidence)
        if count
    ]
    return _bars(rows, "Tracks by the probability of their first genre")


def _bars(rows: Sequence[tuple[str, int, str]], title: str) -> str:
    """Horizontal bars with their numbers written out: colour is never the only signal."""
    largest = max((count for _, count, _ in rows), default=0) or 1
    room = _WIDTH - _LABEL_WIDTH - 70
    parts = []
    for index, (label, count, colour) in enumerate(rows):
        y, width = index * _ROW_HEIGHT, room * count / largest
        parts.append(
            f'<text x="{_LABEL_WIDTH - 8}" y="{y + 16}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{_LABEL_WIDTH}" y="{y + 3}" width="{width:.1f}" height="17" fill="{colour}"/>'
            f'<text x="{_LABEL_WIDTH + width + 6:.1f}" y="{y + 16}">{count}</text>'
        )
    return _svg(parts, len(rows), title)


def _folders(summary: Summary, colours: dict[str, str]) -> str:
    largest = sorted(summary.folders.items(), key=lambda item: (-item[1].total(), item[0]))[:_MOST_FOLDERS]
    room = _WIDTH - _LABEL_WIDTH - 70
    parts = []
    for index, (folder, counts) in enumerate(largest):
        y, x, total = index * _ROW_HEIGHT, float(_LABEL_WIDTH), counts.total()
        name = _shortened(folder)
        parts.append(f'<text x="{_LABEL_WIDTH - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        for genre, count in counts.most_common():
            width = room * count / total
            parts.append(
                f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="17" fill="{colours.get(genre, "#bbbbbb")}">'
                f"<title>{escape(folder)}: {escape(display_genre(genre))} {count}</title></rect>"
            )
            x += width
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 16}">{total}</text>')
    key = "".join(
        f'<span class="key"><i style="background:{colour}"></i>{escape(display_genre(genre))}</span>'
        for genre, colour in colours.items()
    )
    more = len(summary.folders) - len(largest)
    note = f"<p>And {more} smaller folders.</p>" if more > 0 else ""
    return f"<p>{key}</p>{_svg(parts, len(largest), 'Share of genres by folder')}{note}"


def _svg(parts: Iterable[str], rows: int, title: str) -> str:
    height = max(1, rows) * _ROW_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _shortened(folder: str) -> str:
    return folder if len(folder) <= 30 else "…" + folder[-29:]


def _notables(notables: Sequence[Notable], note: str) -> str:
    if not notables:
        return "<p>None.</p>"
    rows = "".join(
        f"<tr><td>{escape(item.path)}</td><td>{escape(display_genre(item.answer))}</td>"
        f"<td>{escape(item.tagged)}</td></tr>"
        for item in notables
    )
    return f"<p>{note}</p><table><tr><th>File</th><th>Answer</th><th>Tags say</th></tr>{rows}</table>"


def _failures(summary: Summary) -> str:
    if not summary.failures:
        return "<p>None.</p>"
    counts = "".join(
        f"<tr><td>{code}</td><td>{escape(find_kind(code).meaning)}</td><td>{count}</td></tr>"
        for code, count in summary.failures.most_common()
    )
    files = "".join(f"<li>{escape(line)}</li>" for line in summary.failed)
    return f"<table><tr><th>Code</th><th>Meaning</th><th>Files</th></tr>{counts}</table><ul>{files}</ul>"
