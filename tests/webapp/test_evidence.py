from __future__ import annotations

import re

import pytest

pytest.importorskip("matplotlib", reason="the extra webapp is not installed: no pictures")

from genrekit.artifact import FeatureSummary
from genrekit.plots import waveform
from genrekit.values import Waveform
from genrekit.webapp.asking import Inside, Vote
from genrekit.webapp.evidence import evidence, features, place, votes, wide_image
from tests.making import make_music
from tests.webapp.showing import made_prediction, proba_of

DECILES = tuple(float(step) for step in range(1, 10))


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "lower than 9 in 10"), (4.5, "higher than 4 in 10"), (99.0, "higher than 9 in 10")],
)
def test_a_value_has_its_place_in_words(value: float, words: str) -> None:
    assert place(value, DECILES) == words


def test_the_most_unusual_features_come_first_and_all_can_be_seen() -> None:
    names = tuple(f"feature_{index}" for index in range(10))
    values = {name: 5.0 + index for index, name in enumerate(names)}
    html = features(values, FeatureSummary(names, (DECILES,) * 10))
    assert re.findall(r"feature \d", html)[:2] == ["feature 9", "feature 8"]
    assert "All 10 features" in html
    assert html.count("<li>") == 6 + 10


def test_a_feature_that_never_varies_breaks_nothing() -> None:
    assert "higher than 9 in 10" in features({"flat": 3.0}, FeatureSummary(("flat",), ((3.0,) * 9,)))


def test_members_say_what_they_voted_and_whether_it_counts() -> None:
    html = votes([Vote("nets", 1.0, proba_of("jazz", 0.9)), Vote("forest", 0.0, proba_of("hiphop", 0.5))])
    assert "jazz 90 %" in html
    assert "hip hop 50 %" in html
    assert "none: shown for comparison" in html


def test_what_is_out_of_reach_is_said_and_not_left_out_silently() -> None:
    sound = Waveform(make_music(3.0), 22_050)
    html = evidence(made_prediction(), sound, Inside())
    assert html.count("data:image/png;base64,") == 2
    assert "run the app without it" in html


def test_a_wide_picture_can_be_moved_by_keyboard_and_says_what_it_shows() -> None:
    html = wide_image(waveform.draw(make_music(0.5), 22_050), 'A "wave"')
    assert re.match(
        r'<div class="gk-wide" tabindex="0" role="group" aria-label="A &quot;wave&quot;; wide picture">', html
    )
    assert 'alt="A &quot;wave&quot;"' in html
