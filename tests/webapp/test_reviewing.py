from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib", reason="the extra webapp is not installed: no pictures")

from genrekit.collection.corrections import read_corrections
from genrekit.webapp.reviewing import Library, begin, say, show, skip, take_back, threshold_table, thresholds
from tests.collection.test_uncertain import make
from tests.making import encode, make_music


@pytest.fixture
def library(tmp_path: Path) -> Library:
    manifest = make(tmp_path, {"a.wav": 0.9, "b.wav": 0.6, "c.wav": 0.7})
    for name in ("a.wav", "b.wav", "c.wav"):
        encode(tmp_path / name, make_music(4.0), 22_050)
    return Library(manifest, tmp_path / "said.csv", "abc")


def test_a_pass_begins_with_the_least_certain(library: Library) -> None:
    assert [item.path.name for item in begin(library).queue] == ["b.wav", "c.wav", "a.wav"]


def test_what_was_spoken_on_does_not_come_again(library: Library) -> None:
    say(library, begin(library), None)
    assert [item.path.name for item in begin(library).queue] == ["c.wav", "a.wav"]


def test_accepting_writes_the_answer_and_correcting_the_correction(library: Library) -> None:
    at = say(library, say(library, begin(library), None), "rock")
    said = read_corrections(library.corrections)
    assert {path.name: genre for path, genre in said.items()} == {"b.wav": "jazz", "c.wav": "rock"}
    assert at.current is not None
    assert at.current.path.name == "a.wav"


def test_skipping_writes_nothing_and_goes_on(library: Library) -> None:
    at = skip(begin(library))
    assert at.at == 1
    assert not library.corrections.exists()


def test_the_last_word_can_be_taken_back_also_after_a_skip(library: Library) -> None:
    at = take_back(library, skip(say(library, begin(library), "rock")))
    assert at.at == 0
    assert read_corrections(library.corrections) == {}
    assert take_back(library, at) == at


def test_after_the_end_nothing_more_is_said(library: Library) -> None:
    at = begin(library)
    for _ in range(5):
        at = say(library, at, None)
    assert at.at == 3
    assert "All 3 are done" in show(at)


def test_one_hears_the_seconds_that_decided(library: Library) -> None:
    html = show(begin(library))
    assert "b.wav" in html
    assert "The seconds that decided: 0:00 to 0:03" in html
    assert "data:audio/flac;base64," in html


def test_a_file_that_has_gone_is_said_and_can_still_be_judged(library: Library, tmp_path: Path) -> None:
    (tmp_path / "b.wav").unlink()
    assert "b.wav: " in show(begin(library))


def test_thresholds_follow_from_what_was_said(library: Library) -> None:
    assert "appear here" in threshold_table(thresholds(library))
    at = begin(library)
    for _ in range(3):
        at = say(library, at, None)
    html = threshold_table(thresholds(library))
    assert "3 of 3" in html
    assert "too few" in html
