"""How far the model holds when the sound is changed: curves for people who look, tables for those who read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from genrekit.plots import robustness
from genrekit.webapp.evidence import wide_image

_UNSEEN: Final = "unseen"
_PLACES: Final = {
    "phone": "through a telephone",
    "mp3": "as mp3 of speech quality",
    "vinyl": "from a worn record",
    "room": "from across a large room",
    "broadcast": "from a loud radio station",
}


def robustness_section(report: Mapping[str, Any]) -> str:
    """The section as HTML; empty where nothing was measured.

    Args:
        report: as `genrekit.pipeline.robustness` writes it, or empty.
    """
    rows = report.get("rows", ())
    if not rows:
        return ""
    curves = robustness.curves_of(rows)
    picture = (
        f"<p>{robustness.CAPTION}</p>{wide_image(robustness.draw(curves), 'Curves; the tables below say the same')}"
    )
    places = [row for row in rows if row["family"] == _UNSEEN]
    graded = [row for row in rows if row["family"] != _UNSEEN]
    return (picture if curves else "") + _places(places, report.get("unseen_mean")) + _all(graded) + _missing(report)


def _places(rows: list[Mapping[str, Any]], mean: float | None) -> str:
    """The places that music comes from and that no training heard."""
    if not rows:
        return ""
    after = "" if mean is None else f" The mean of their accuracies is {100 * mean:.1f} %."
    named = [(_PLACES.get(name := row["name"].removeprefix("unseen_"), name), row) for row in rows]
    return f"<p>Heard in ways that the model was never trained for.{after}</p>{_table('Heard', named)}"


def _all(rows: list[Mapping[str, Any]]) -> str:
    """Every change with an amount, one click away."""
    if not rows:
        return ""
    families = list(dict.fromkeys(row["family"] for row in rows))
    ordered = sorted(rows, key=lambda row: (families.index(row["family"]), row["amount"]))
    named = [(f"{row['family']}, {row['amount']:g} {row['unit']}", row) for row in ordered]
    return f"<details><summary>All {len(rows)} figures of the curves</summary>{_table('Change', named)}</details>"


def _table(first: str, named: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Three columns, which is what a phone has room for."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)} <small>({row["tracks"]} tracks)</small></th>'
        f"<td>{100 * row['untouched']:.1f} % to {100 * row['accuracy']:.1f} %</td><td>{_points(row)}</td></tr>"
        for name, row in named
    )
    words = (first, "Accuracy, untouched to changed", "Points, 95 % interval")
    head = "".join(f'<th scope="col">{word}</th>' for word in words)
    return f'<table class="gk-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _points(row: Mapping[str, Any]) -> str:
    low, high = row["loss_interval"]
    return f"{_signed(-row['loss'])} ({_signed(-high)} to {_signed(-low)})"


def _signed(share: float) -> str:
    """Points with a sign, and none on what rounds to nothing."""
    text = f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")
    return "0.0" if text[1:] == "0.0" else text


def _missing(report: Mapping[str, Any]) -> str:
    names = ", ".join(name.replace("_", " ") for name in report.get("not_measured", ()))
    return f"<p>Not measured: {escape(names)}.</p>" if names else ""
