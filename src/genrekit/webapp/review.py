"""The tab in which a person looks through the least certain answers of a library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

import gradio as gr

from genrekit.errors import GenrekitError
from genrekit.genres import display_genre
from genrekit.webapp.reviewing import (
    Library,
    Pass,
    begin,
    say,
    show,
    skip,
    take_back,
    threshold_table,
    thresholds,
)
from genrekit.webapp.texts import NOTHING_TO_REVIEW, REVIEW_CLOSED, REVIEW_LEAD, error_box

_KEYED = 10


def build(library: Library | None, genres: Sequence[str], tab: gr.Tab) -> None:
    """Lay out the tab and wire its events; to be called inside the page's blocks."""
    if library is None:
        gr.HTML(f"<p>{escape(REVIEW_CLOSED)}</p>")
        return
    gr.HTML(f"<p>{escape(REVIEW_LEAD)}</p>")
    at = gr.State(Pass())
    page = gr.HTML("<p>One moment …</p>", elem_id="gk-review")
    with gr.Row(elem_classes="gk-examples"):
        accept = gr.Button("Accept (A)", variant="primary", size="sm", elem_id="gk-accept")
        pass_over = gr.Button("Skip (S)", size="sm", elem_id="gk-skip")
        undo = gr.Button("Take back (U)", size="sm", elem_id="gk-undo")
    with gr.Row(elem_classes="gk-examples"):
        named = [gr.Button(_label(genre, place), size="sm", min_width=80, elem_id=f"gk-say-{place}")
                 for place, genre in enumerate(genres)]  # fmt: skip
    fitted = gr.HTML(elem_id="gk-thresholds")
    gr.HTML(f"<p>Written to <code>{escape(str(library.corrections))}</code>.</p>")
    shared: dict[str, Any] = {
        "inputs": at,
        "outputs": [at, page, fitted],
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    tab.select(partial(_step, library, partial(_begun, library)), **shared)
    accept.click(partial(_step, library, partial(say, library, genre=None)), **shared)
    pass_over.click(partial(_step, library, skip), **shared)
    undo.click(partial(_step, library, partial(take_back, library)), **shared)
    for genre, button in zip(genres, named, strict=True):
        button.click(partial(_step, library, partial(say, library, genre=genre)), **shared)


def _label(genre: str, place: int) -> str:
    """The genre, and the key that names it."""
    return f"{display_genre(genre)} ({(place + 1) % _KEYED})" if place < _KEYED else display_genre(genre)


def _begun(library: Library, at: Pass) -> Pass:
    """Where the person was when they left the tab, or a new pass."""
    return at if at.current is not None else begin(library)


def _step(library: Library, step: Callable[[Pass], Pass], at: Pass) -> tuple[Pass, str, str]:
    try:
        if not library.manifest.exists():
            return at, f"<p>{escape(NOTHING_TO_REVIEW)}</p>", ""
        after = step(at)
        page = show(after) if after.queue else f"<p>{escape(NOTHING_TO_REVIEW)}</p>"
        return after, page, threshold_table(thresholds(library))
    except GenrekitError as error:
        return at, error_box("review", error), ""
