"""Boxes in rows and arrows between them, as an SVG that needs no script, no font and no style from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

BOX_WIDTH = 220
_BOX_HEIGHT = 58
_COLUMN = 250
_ROW = 100
_MARGIN = 20
_FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"
_FILLS = {"value": "#ffffff", "step": "#dbeafe", "model": "#fef3c7", "door": "#dcfce7"}


@dataclass(frozen=True, slots=True)
class Box:
    """One thing.

    Attributes:
        name: by which arrows know it.
        title: in bold.
        note: below it.
        kind: value, step, model or door: tells the colour.
    """

    name: str
    title: str
    note: str = ""
    kind: str = "step"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture.

    Attributes:
        title: for those who cannot see it.
        rows: boxes from top to bottom; each row is centred.
        arrows: from box to box, by name.
        legend: what the colours mean, by kind.
    """

    title: str
    rows: Sequence[Sequence[Box]]
    arrows: Sequence[tuple[str, str]]
    legend: Mapping[str, str]


def svg(drawing: Drawing) -> str:
    """The picture as SVG, on a light ground of its own so that it reads in the dark, too."""
    columns = max(map(len, drawing.rows))
    width = 2 * _MARGIN + (columns - 1) * _COLUMN + BOX_WIDTH
    height = 2 * _MARGIN + (len(drawing.rows) - 1) * _ROW + _BOX_HEIGHT + (36 if drawing.legend else 0)
    places = {
        box.name: (width / 2 + (index - (len(row) - 1) / 2) * _COLUMN, _MARGIN + line * _ROW)
        for line, row in enumerate(drawing.rows)
        for index, box in enumerate(row)
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="{_FONT}">',
        f"<title>{escape(drawing.title)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#475569"/></marker></defs>',
        f'<rect width="{width}" height="{height}" rx="8" fill="#f8fafc"/>',
        *(_arrow(places[start], places[end]) for start, end in drawing.arrows),
        *(_box(box, *places[box.name]) for row in drawing.rows for box in row),
        *_legend(drawing.legend, height),
    ]
    return "\n".join([*parts, "</svg>\n"])


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    (from_x, from_y), (to_x, to_y) = start, end
    if from_y == to_y:
        side = BOX_WIDTH / 2 if to_x > from_x else -BOX_WIDTH / 2
        ends = (from_x + side, from_y + _BOX_HEIGHT / 2, to_x - side, to_y + _BOX_HEIGHT / 2)
        path = "M{:g} {:g}L{:g} {:g}".format(*ends)
    else:
        begin, stop = from_y + _BOX_HEIGHT, to_y
        middle = (begin + stop) / 2
        path = f"M{from_x:g} {begin:g}C{from_x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {stop:g}"
    return f'<path d="{path}" fill="none" stroke="#475569" stroke-width="1.5" marker-end="url(#tip)"/>'


def _box(box: Box, x: float, y: float) -> str:
    lines = [(box.title, 'font-size="15" font-weight="600" fill="#0f172a"')]
    lines += [(box.note, 'font-size="12" fill="#334155"')] if box.note else []
    top = y + _BOX_HEIGHT / 2 + (5 if len(lines) == 1 else -4)
    text = "".join(
        f'<text x="{x:g}" y="{top + 20 * line:g}" text-anchor="middle" {style}>{escape(words)}</text>'
        for line, (words, style) in enumerate(lines)
    )
    frame = (
        f'<rect x="{x - BOX_WIDTH / 2:g}" y="{y:g}" width="{BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="6" '
        f'fill="{_FILLS[box.kind]}" stroke="#64748b"/>'
    )
    return frame + text


def _legend(legend: Mapping[str, str], height: float) -> list[str]:
    found = []
    for index, (kind, words) in enumerate(legend.items()):
        x, y = _MARGIN + 130 * index, height - 26
        found.append(
            f'<rect x="{x}" y="{y}" width="14" height="14" rx="2" fill="{_FILLS[kind]}" stroke="#64748b"/>'
            f'<text x="{x + 20}" y="{y + 12}" font-size="12" fill="#334155">{escape(words)}</text>'
        )
    return found
