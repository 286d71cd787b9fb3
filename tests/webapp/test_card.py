from __future__ import annotations

import pytest

pytest.importorskip("matplotlib", reason="the extra webapp is not installed: no pictures")

import msgspec

from genrekit.webapp.card import card
from genrekit.webapp.measured import Measured
from tests.webapp.showing import made_model, made_row

PART = {"tracks": 40, "accuracy": 0.825, "balanced": 0.8, "interval": [0.7, 0.9], "calibration_error": 0.05}


def test_it_tells_which_model_answers_and_how_to_cite_it() -> None:
    html = card(made_model(), Measured(), "by a test")
    assert "0123456789abcdef" in html
    assert "hip hop" in html
    assert "when no genre reaches 50 %" in html
    assert "version 9.9.9, artifact 0123456789abcdef" in html


def test_accuracy_comes_with_its_interval() -> None:
    html = card(msgspec.structs.replace(made_model(), metrics={"all": PART}), Measured(), "by a test")
    assert "82.5 %, 95 % interval 70.0 to 90.0 %" in html
    assert "excerpts" not in html


def test_without_figures_it_says_so_and_shows_no_picture() -> None:
    html = card(made_model(), Measured(), "by a test")
    assert "carries no figures" in html
    assert "<img" not in html


def test_confusions_are_a_picture_and_words() -> None:
    figures = {"genres": ["jazz", "hiphop"], "confusion": [[3.0, 1.0], [0.0, 4.0]], "coverage": {"0.5": 1.0}}
    html = card(made_model(), Measured(figures), "by a test")
    assert html.count("<img") == 1
    assert "<td>75 %</td><td>hip hop (25 %)</td>" in html
    assert "<td>100 %</td><td>nothing else</td>" in html
    assert '<th scope="row">50 %</th><td>100.0 %</td>' in html


def test_what_was_measured_of_changed_sound_is_shown_and_nothing_where_it_was_not() -> None:
    title = "when the sound is changed"
    assert title in card(made_model(), Measured(robustness={"rows": [made_row("noise", 10.0)]}), "by a test")
    assert title not in card(made_model(), Measured(robustness={"rows": []}), "by a test")


def test_calibration_is_shown_as_it_was_drawn() -> None:
    html = card(made_model(), Measured(calibration="<svg/>"), "by a test")
    assert "data:image/svg+xml;base64,PHN2Zy8+" in html
