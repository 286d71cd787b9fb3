from __future__ import annotations

from dataclasses import replace

import pytest

gr = pytest.importorskip("gradio", reason="the extra webapp is not installed: no page")

from genrekit.webapp import model
from genrekit.webapp.asking import ask_here, ask_service
from tests.webapp.showing import asking_for, made_model, made_prediction


def test_the_model_that_ships_is_shown_with_what_was_measured_of_it() -> None:
    assert "Which genre is taken for which" in model.show(ask_here())


def test_figures_of_one_model_are_not_shown_for_another() -> None:
    html = model.show(replace(asking_for(made_prediction()), model=made_model))
    assert "9.9.9" in html
    assert "taken for which" not in html


def test_a_service_that_is_not_there_is_told() -> None:
    assert "gave no answer" in model.show(ask_service("http://127.0.0.1:9"))


def test_it_is_asked_for_when_the_tab_is_opened() -> None:
    with gr.Blocks(analytics_enabled=False) as page, gr.Tab("Model") as tab:
        model.build(asking_for(made_prediction()), tab)
    assert [trigger for fn in page.fns.values() for _, trigger in fn.targets] == ["select"]
