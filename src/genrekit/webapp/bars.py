"""Probabilities as bars: plain HTML, each with its name and number written out."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import cycle
from typing import Final

from genrekit.genres import display_genre
from genrekit.values import Prediction
from genrekit.webapp.texts import UNSURE_MEANS, percent, verdict

# Twelve colours that keep apart for most kinds of colour vision; a name always stands beside.
_COLOURS: Final = (
    "#0072b2 #e69f00 #009e73 #cc79a7 #56b4e9 #d55e00 #f0e442 #8a8a8a #6a51a3 #a6761d #66c5ab #b03060".split()
)


def colours_of(proba: Mapping[str, float]) -> dict[str, str]:
    """A colour for each genre: by its place in the artifact's order, so that it is the same for every track."""
    return dict(zip(proba, cycle(_COLOURS), strict=False))


def bars(proba: Mapping[str, float], label: str) -> str:
    """All genres, the most probable first, as an HTML list."""
    colours = colours_of(proba)
    ranked = sorted(proba.items(), key=lambda item: -item[1])
    rows = "".join(
        f'<li><span class="gk-name">{escape(display_genre(genre))}</span>'
        f'<span class="gk-track"><span class="gk-fill" style="width:{100 * value:.1f}%;background:{colours[genre]}">'
        f'</span></span><span class="gk-number">{percent(value)}</span></li>'
        for genre, value in ranked
    )
    return f'<ol class="gk-bars" aria-label="{escape(label)}">{rows}</ol>'


def headline(name: str, prediction: Prediction) -> str:
    """The answer in large letters, with what it means."""
    top = percent(prediction.proba[prediction.genre])
    note = f"{top} probable"
    if prediction.unsure:
        note = UNSURE_MEANS.format(genre=display_genre(prediction.genre), percent=top)
    warnings = "".join(f'<p class="gk-warning">Note: {escape(warning)}.</p>' for warning in prediction.warnings)
    kind = "gk-genre gk-unsure" if prediction.unsure else "gk-genre"
    return (
        f'<p class="gk-file">{escape(name)}</p>'
        f'<p class="{kind}">{escape(verdict(prediction.genre, unsure=prediction.unsure))}</p>'
        f'<p class="gk-note">{escape(note)}</p>{warnings}'
    )
