"""The tab that tells the genre of files, recordings and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import gradio as gr

from genrekit.webapp.answers import Shown, answer_files, show_answer, show_why
from genrekit.webapp.asking import Asking
from genrekit.webapp.results import Answered
from genrekit.webapp.texts import EXAMPLES

# Sessions that are answered at the same time; the others wait in line.
AT_ONCE: Final = 4
_KEEP_SECONDS: Final = 3600
_NOTHING: Final = Shown("", "", "", "", ())


def build(asking: Asking, examples: Mapping[str, Path]) -> None:
    """Lay out the tab and wire its events; to be called inside the page's blocks."""
    rows = gr.State((), time_to_live=_KEEP_SECONDS)
    with gr.Row():
        with gr.Column(scale=2, min_width=290):
            files = gr.File(file_count="multiple", label="Sound files", elem_id="gk-files", height=170)
            record = gr.Audio(
                sources=["microphone"], type="filepath", label="Record", elem_id="gk-record", editable=False
            )
            buttons = _example_buttons(examples)
            cancel = gr.Button("Cancel", size="sm", elem_id="gk-cancel")
        with gr.Column(scale=5, min_width=290):
            status = gr.HTML(elem_id="gk-status", elem_classes="gk-status")
            picker = gr.Radio(label="Look at", visible=False, elem_id="gk-picker")
            answer = gr.HTML(elem_id="gk-answer")
            why = gr.HTML(elem_id="gk-why")
            table = gr.HTML(elem_id="gk-table")
    outputs = [status, answer, picker, why, table, rows]
    shared: dict[str, Any] = {
        "outputs": outputs,
        "show_progress": "hidden",
        "trigger_mode": "always_last",
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "answers",
        "api_visibility": "private",
    }
    events = [
        files.upload(partial(_uploaded, asking), files, **shared),
        record.stop_recording(partial(_recorded, asking), record, **shared),
        *(button.click(partial(_example, asking, name, examples[name]), **shared) for name, button in buttons.items()),
    ]
    looked = picker.input(partial(_look_at, asking), [picker, rows], **(shared | {"outputs": [answer, why]}))
    # Cancelling and telling of it are two listeners: the library documents cancelling without a function only.
    cancel.click(None, cancels=[*events, looked], api_visibility="private")
    cancel.click(lambda: "<p>Cancelled.</p>", outputs=status, queue=False, api_visibility="private")
    files.clear(None, cancels=events, api_visibility="private")
    files.clear(lambda: _values(_NOTHING), outputs=outputs, queue=False, api_visibility="private")


def _example_buttons(examples: Mapping[str, Path]) -> dict[str, gr.Button]:
    if not examples:
        return {}
    gr.HTML(f"<p>{EXAMPLES}</p>")
    with gr.Row(elem_classes="gk-examples"):
        return {name: gr.Button(name, size="sm", min_width=70, elem_id=f"gk-example-{name}") for name in examples}


def _uploaded(asking: Asking, paths: Sequence[str] | None) -> Iterator[list[Any]]:
    for shown in answer_files(asking, [(Path(path).name, Path(path)) for path in paths or ()]):
        yield _values(shown)


def _recorded(asking: Asking, path: str | None) -> Iterator[list[Any]]:
    for shown in answer_files(asking, [("recording", Path(path))] if path else []):
        yield _values(shown)


def _example(asking: Asking, name: str, path: Path) -> Iterator[list[Any]]:
    for shown in answer_files(asking, [(f"{name}.ogg", path)]):
        yield _values(shown)


def _look_at(asking: Asking, place: str, rows: tuple[Answered, ...]) -> Iterator[tuple[str, str]]:
    row = rows[int(place)]
    answer = show_answer(row)
    yield answer, ""
    why = yield from show_why(asking, row, lambda told: (answer, told))
    yield answer, why


def _values(shown: Shown) -> list[Any]:
    """In the order of the outputs."""
    # Two files may have one name: the value is the place, as text, since a 0 counts as no value.
    names = [(row.name, str(place)) for place, row in enumerate(shown.rows)]
    several = gr.update(choices=names, value="0", visible=True) if len(names) > 1 else gr.update(visible=False)
    return [f"<p>{shown.status}</p>", shown.answer, several, shown.why, shown.table, shown.rows]
