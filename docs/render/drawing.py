"""Boxes in rows and arrows between them, as an SVG that needs no script, no font and no style from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_WIDTHS = {"lane": 20}
_BOX_WIDTH = 220
_BOX_HEIGHT = 58
_BETWEEN = 26
_ROW = 104
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
        kind: value, step, model or door: tells the colour; or lane, through which an arrow passes a row.
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


Places = Mapping[str, tuple[float, float]]


def svg(drawing: Drawing) -> str:
    """The picture as SVG, on a light ground of its own so that it reads in the dark, too."""
    width = 2 * _MARGIN + max(map(_span, drawing.rows))
    height = 2 * _MARGIN + (len(drawing.rows) - 1) * _ROW + _BOX_HEIGHT + (36 if drawing.legend else 0)
    places = _places(drawing.rows, width)
    boxes = [box for row in drawing.rows for box in row]
    lanes = {box.name for box in boxes if box.kind == "lane"}
    level = _levels(drawing)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        f'  role="img" font-family="{_FONT}">',
        f"<title>{escape(drawing.title)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
        '<path d="M0 0L8 4L0 8z" fill="#475569"/></marker></defs>',
        f'<rect width="{width}" height="{height}" rx="8" fill="#f8fafc"/>',
        *(_arrow(places[start], places[end], level[start], has_tip=end not in lanes) for start, end in drawing.arrows),
        *(_passage(*places[name]) for name in sorted(lanes)),
        *(_box(box, *places[box.name]) for box in boxes if box.kind != "lane"),
        *_legend(drawing.legend, height),
    ]
    return "\n".join([*parts, "</svg>\n"])


def _width(box: Box) -> int:
    return _WIDTHS.get(box.kind, _BOX_WIDTH)


def _span(row: Sequence[Box]) -> int:
    return sum(map(_width, row)) + _BETWEEN * (len(row) - 1)


def _places(rows: Sequence[Sequence[Box]], width: int) -> Places:
    """Where the middle of each box's upper edge is."""
    places = {}
    for line, row in enumerate(rows):
        x = (width - _span(row)) / 2
        for box in row:
            places[box.name] = (x + _width(box) / 2, _MARGIN + line * _ROW)
            x += _width(box) + _BETWEEN
    return places


def _levels(drawing: Drawing) -> dict[str, float]:
    """At which share of the gap below it each box's arrows turn: no two of a row at the same."""
    levels: dict[str, float] = {}
    for row in drawing.rows:
        names = {box.name for box in row}
        below = [(start, end) for start, end in drawing.arrows if start in names and end not in names]
        # One line where all meet in one place.
        shared = len({end for _, end in below}) == 1
        found = [box.name for box in row if any(start == box.name for start, _ in below)]
        levels |= {name: 0.5 if shared else (index + 1) / (len(found) + 1) for index, name in enumerate(found)}
    return levels


def _arrow(start: tuple[float, float], end: tuple[float, float], level: float, *, has_tip: bool) -> str:
    (from_x, from_y), (to_x, to_y) = start, end
    if from_y == to_y:
        side = _BOX_WIDTH / 2 if to_x > from_x else -_BOX_WIDTH / 2
        path = f"M{from_x + side:g} {from_y + _BOX_HEIGHT / 2:g}H{to_x - side:g}"
    else:
        begin = from_y + _BOX_HEIGHT
        path = f"M{from_x:g} {begin:g}V{begin + level * (to_y - begin):g}H{to_x:g}V{to_y:g}"
    tip = ' marker-end="url(#tip)"' if has_tip else ""
    return f'<path d="{path}" fill="none" stroke="#475569" stroke-width="1.5"{tip}/>'


def _passage(x: float, y: float) -> str:
    return f'<path d="M{x:g} {y:g}V{y + _BOX_HEIGHT:g}" stroke="#475569" stroke-width="1.5"/>'


def _box(box: Box, x: float, y: float) -> str:
    lines = [(box.title, 'font-size="15" font-weight="600" fill="#0f172a"')]
    lines += [(box.note, 'font-size="12" fill="#334155"')] if box.note else []
    top = y + _BOX_HEIGHT / 2 + (5 if len(lines) == 1 else -4)
    text = "".join(
        f'<text x="{x:g}" y="{top + 20 * line:g}" text-anchor="middle" {style}>{escape(words)}</text>'
        for line, (words, style) in enumerate(lines)
    )
    frame = (
        f'<rect x="{x - _BOX_WIDTH / 2:g}" y="{y:g}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="6" '
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
