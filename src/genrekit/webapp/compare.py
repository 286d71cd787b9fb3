"""The tab that puts two answers side by side: of two tracks, or of one track before and after a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import gradio as gr

from genrekit.errors import GenrekitError
from genrekit.webapp.altering import AMOUNTS, Change, altered
from genrekit.webapp.answers import answered
from genrekit.webapp.asking import Asking
from genrekit.webapp.classify import AT_ONCE
from genrekit.webapp.comparing import side_by_side
from genrekit.webapp.folder import WorkFolder
from genrekit.webapp.results import Answered
from genrekit.webapp.waiting import waited

_OTHER: Final = "another track"


@dataclass(frozen=True, slots=True)
class Comparing:
    """What the tab works with: whom to ask, the example tracks, and where altered copies go."""

    asking: Asking
    examples: Mapping[str, Path]
    folder: WorkFolder

    def compare(
        self, one: str | None, example: str, against: str, amount: float, other: str | None
    ) -> Iterator[tuple[str, str]]:
        """Status and result, as they come."""
        track = _chosen(self.examples, one, example)
        if track is None or (against == _OTHER and other is None):
            yield "<p>Choose a track first, and the one to compare it with.</p>", ""
            return
        yield "<p>Listening …</p>", ""
        work = partial(_both, self, track, against, amount, other)
        html = yield from waited(work, lambda seconds: (f"<p>Listening … {seconds:.0f} s</p>", ""))
        yield "<p>Compared.</p>", html


def build(comparing: Comparing) -> None:
    """Lay out the tab and wire its events; to be called inside the page's blocks."""
    name, lowest, highest, first = AMOUNTS[Change.NOISE]
    with gr.Row():
        with gr.Column(min_width=290):
            one = gr.File(label="Track", elem_id="gk-one", height=150)
            example = gr.Dropdown(
                ["-", *comparing.examples], value="-", label="or an example", elem_id="gk-one-example"
            )
        with gr.Column(min_width=290):
            against = gr.Radio([*Change, _OTHER], value=Change.NOISE, label="Against", elem_id="gk-against")
            amount = gr.Slider(lowest, highest, value=first, label=name, elem_id="gk-amount")
            other = gr.File(label="Other track", visible=False, elem_id="gk-other", height=150)
            compare = gr.Button("Compare", variant="primary", elem_id="gk-compare")
    status = gr.HTML(elem_classes="gk-status", elem_id="gk-compare-status")
    result = gr.HTML(elem_id="gk-compared")
    against.input(_offer, against, [amount, other], queue=False, show_progress="hidden", api_visibility="private")
    compare.click(
        comparing.compare,
        [one, example, against, amount, other],
        [status, result],
        show_progress="hidden",
        concurrency_limit=AT_ONCE,
        concurrency_id="answers",
        api_visibility="private",
    )


def _offer(against: str) -> tuple[object, object]:
    """The controls that the choice needs."""
    if against == _OTHER:
        return gr.update(visible=False), gr.update(visible=True)
    name, lowest, highest, first = AMOUNTS[Change(against)]
    amount = gr.update(visible=True, label=name, minimum=lowest, maximum=highest, value=first)
    return amount, gr.update(visible=False)


def _chosen(examples: Mapping[str, Path], one: str | None, example: str) -> Path | None:
    return Path(one) if one else examples.get(example)


def _both(comparing: Comparing, track: Path, against: str, amount: float, other: str | None) -> str:
    predict = comparing.asking.predict
    left = answered(predict, track.name, track)
    if other is not None and against == _OTHER:
        return side_by_side(left, answered(predict, Path(other).name, Path(other)))
    name = f"{track.name}, changed: {against} ({AMOUNTS[Change(against)][0]}: {amount:g})"
    try:
        copy = altered(track, Change(against), amount, comparing.folder.swept())
    except GenrekitError as error:
        return side_by_side(left, Answered(name, track, error))
    return side_by_side(left, answered(predict, name, copy))
