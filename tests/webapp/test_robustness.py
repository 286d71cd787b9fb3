from __future__ import annotations

import pytest

pytest.importorskip("matplotlib", reason="the extra webapp is not installed: no pictures")

from genrekit.webapp.robustness import robustness_section
from tests.webapp.showing import made_row

NOISE = [made_row("noise", 10.0), made_row("noise", 5.0, loss=0.5)]
PHONE = made_row("unseen", 0.0, name="unseen_phone", unit="", loss=0.2)


def test_curves_are_a_picture_and_every_figure_is_words() -> None:
    html = robustness_section({"rows": NOISE})
    assert html.count("<img") == 1
    assert "All 2 figures" in html
    assert '<th scope="row">noise, 10 dB <small>(40 tracks)</small></th><td>80.0 % to 50.0 %</td>' in html
    assert html.index("noise, 5 dB") < html.index("noise, 10 dB")
    assert "<td>\N{MINUS SIGN}30.0 (\N{MINUS SIGN}40.0 to \N{MINUS SIGN}20.0)</td>" in html


def test_places_never_trained_for_are_named_with_their_mean() -> None:
    html = robustness_section({"rows": [PHONE], "unseen_mean": 0.612})
    assert '<th scope="row">through a telephone <small>(40 tracks)</small></th>' in html
    assert "61.2 %" in html
    assert "<img" not in html


def test_a_gain_has_a_plus_and_nothing_has_no_sign() -> None:
    html = robustness_section({"rows": [made_row("gain", 6.0, loss=-0.1)]})
    assert "<td>+10.0 (0.0 to +20.0)</td>" in html


@pytest.mark.parametrize("report", [{}, {"rows": []}, {"rows": [], "not_measured": ["noise_0"]}])
def test_where_nothing_was_measured_there_is_no_section(report: dict[str, object]) -> None:
    assert robustness_section(report) == ""


def test_what_was_not_measured_is_named() -> None:
    assert "Not measured: mp3 32, room." in robustness_section({"rows": NOISE, "not_measured": ["mp3_32", "room"]})
