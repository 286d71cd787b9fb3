"""The tab that tells which model answers, and what it is worth."""

from __future__ import annotations

from functools import partial

import gradio as gr

from genrekit.errors import GenrekitError
from genrekit.webapp.asking import Asking, shipped_id
from genrekit.webapp.card import card
from genrekit.webapp.measured import Measured, measured_figures
from genrekit.webapp.texts import error_box


def build(asking: Asking, tab: gr.Tab) -> None:
    """Lay out the tab; what it shows is asked for when it is opened, since a service may have another model by then."""
    page = gr.HTML("<p>One moment …</p>", elem_id="gk-model")
    tab.select(partial(show, asking), outputs=page, show_progress="hidden", api_visibility="private")


def show(asking: Asking) -> str:
    """The card of the model that answers now, or why there is none."""
    try:
        model = asking.model()
    except GenrekitError as error:
        return error_box("model", error)
    # The figures of the evaluation are those of the artifact that ships, and of no other.
    measured = measured_figures() if model.artifact_id == shipped_id() else Measured()
    return card(model, measured, asking.where)
