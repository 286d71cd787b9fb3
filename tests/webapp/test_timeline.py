from __future__ import annotations

import json
import re
from html import unescape

import numpy as np
import pytest

from genrekit.values import ClipResult
from genrekit.webapp.occlusion import supports
from genrekit.webapp.timeline import columns_of, support_chart, timeline
from tests.webapp.showing import made_prediction, proba_of


def test_a_six_hour_set_is_drawn_with_few_columns_that_cover_it_all() -> None:
    clips = made_prediction(n_clips=7200).clips
    columns = columns_of(clips)
    assert len(columns.bounds) <= 240
    assert columns.bounds[0, 0] == 0
    assert columns.bounds[-1, 1] == clips[-1].end
    assert np.array_equal(columns.bounds[1:, 0], columns.bounds[:-1, 1])
    np.testing.assert_allclose(columns.proba.sum(axis=1), 1)


def test_a_short_track_keeps_its_stretches() -> None:
    clips = made_prediction(n_clips=5).clips
    np.testing.assert_allclose(columns_of(clips).proba, [list(clip.proba.values()) for clip in clips])


def test_what_is_told_on_hover_has_seconds_and_names() -> None:
    html = timeline(made_prediction(), "song.mp3")
    found = re.search(r'data-columns="([^"]*)"', html)
    assert found
    data = json.loads(unescape(found[1]))
    assert data["bounds"][1] == [3.0, 6.0]
    assert data["spoken"][1].startswith("0:03 to 0:06: jazz 75 %")


def test_it_can_be_worked_by_keyboard_and_is_read_out() -> None:
    html = timeline(made_prediction(), "song.mp3")
    assert 'role="slider" tabindex="0"' in html
    assert 'aria-valuemax="24"' in html
    assert 'aria-valuetext="0:00 to 0:03' in html


def test_runs_of_one_leading_genre_are_buttons() -> None:
    clips = tuple(
        ClipResult(3.0 * i, 3.0 * i + 3, proba_of("jazz" if i < 4 else "hiphop", 0.9)) for i in range(6)
    )  # fmt: skip
    answer = made_prediction()
    html = timeline(type(answer)("jazz", False, answer.proba, clips, 18.0, "id"), "song.mp3")
    assert re.findall(r'data-seek="([\d.]+)">([^<]*)<', html) == [("0.00", "0:00 jazz"), ("12.00", "0:12 hip hop")]


def test_without_stretches_there_is_still_a_player() -> None:
    html = timeline(made_prediction(n_clips=0), "a&b.mp3")
    assert "<audio" in html
    assert "a&amp;b.mp3" in html
    assert "gk-timeline" not in html


def test_each_stretch_tells_what_it_did() -> None:
    html = support_chart(supports(made_prediction()), "jazz")
    assert html.count("<rect") == 8
    assert "gk-for" in html
    assert "gk-against" in html
    assert "Most for it: 0:00 to 0:03" in html


@pytest.mark.parametrize("n_clips", [0, 1])
def test_too_short_to_tell_is_said(n_clips: int) -> None:
    assert "too short" in support_chart(supports(made_prediction(n_clips=n_clips)), "jazz")
