from __future__ import annotations

from pathlib import Path

import pytest

gr = pytest.importorskip("gradio", reason="the extra webapp is not installed: no page")

from genrekit.webapp import compare
from genrekit.webapp.altering import AMOUNTS, Change
from genrekit.webapp.folder import WorkFolder
from tests.webapp.showing import asking_for, made_prediction


@pytest.fixture
def comparing(tmp_path: Path, song: Path) -> compare.Comparing:
    folder = tmp_path / "work"
    folder.mkdir()
    return compare.Comparing(asking_for(made_prediction()), {"song": song}, WorkFolder(folder))


@pytest.mark.parametrize("change", Change)
def test_a_track_is_compared_with_its_changed_self(comparing: compare.Comparing, change: Change, song: Path) -> None:
    *_, (status, html) = comparing.compare(str(song), "-", change, AMOUNTS[change][1], None)
    assert status == "<p>Compared.</p>"
    assert "Both say the same genre" in html
    assert f"changed: {change}" in html
    assert len(list(comparing.folder.path.iterdir())) == 1


def test_two_tracks_are_compared(comparing: compare.Comparing, song: Path) -> None:
    *_, (_, html) = comparing.compare(None, "song", "another track", 0.0, str(song))
    assert html.count("<section") == 2


@pytest.mark.parametrize(("one", "against"), [(None, "add noise"), ("song.wav", "another track")])
def test_what_is_missing_is_asked_for(comparing: compare.Comparing, one: str | None, against: str) -> None:
    [(status, html)] = comparing.compare(one, "-", against, 15.0, None)
    assert "Choose a track" in status
    assert html == ""


def test_a_change_that_leaves_nothing_is_told_beside_the_answer(comparing: compare.Comparing, song: Path) -> None:
    *_, (_, html) = comparing.compare(str(song), "-", Change.SHIFT, 20.0, None)
    assert "leaves nothing" in html


def test_the_slider_follows_the_choice(comparing: compare.Comparing) -> None:
    with gr.Blocks(analytics_enabled=False):
        compare.build(comparing)
    amount, other = compare._offer(Change.MP3)
    assert (amount["label"], amount["visible"], other["visible"]) == ("Bit rate [kbit/s]", True, False)
    amount, other = compare._offer("another track")
    assert (amount["visible"], other["visible"]) == (False, True)
