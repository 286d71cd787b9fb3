from __future__ import annotations

import pytest

from genrekit.errors import NOT_AUDIO, OVERLOADED, AudioError, ServiceError
from genrekit.webapp.texts import clock, error_box, percent, sentence, verdict


@pytest.mark.parametrize(
    ("proba", "words"),
    [(0.0, "0 %"), (0.001, "under 1 %"), (0.544, "54 %"), (0.9999, "over 99 %"), (1.0, "100 %")],
)
def test_nothing_is_more_certain_in_words_than_in_numbers(proba: float, words: str) -> None:
    assert percent(proba) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00"), (75.9, "1:15"), (3661, "1:01:01")])
def test_times_read_as_in_a_player(seconds: float, words: str) -> None:
    assert clock(seconds) == words


def test_an_unsure_answer_names_no_genre() -> None:
    assert verdict("hiphop", unsure=True) == "unsure"
    assert verdict("hiphop", unsure=False) == "hip hop"


def test_an_error_speaks_of_the_file_by_the_name_that_the_user_knows() -> None:
    error = AudioError(NOT_AUDIO, "/cache/5f3a/letter.pdf", "is no sound file that any decoder knows")
    assert sentence("letter.pdf", error) == "letter.pdf: is no sound file that any decoder knows."


def test_an_error_of_the_service_speaks_of_the_service() -> None:
    assert sentence("song.mp3", ServiceError(OVERLOADED, "service", "is full")) == "service: is full."


def test_the_box_tells_what_to_do_and_cannot_be_broken_out_of() -> None:
    box = error_box("<script>.mp3", AudioError(NOT_AUDIO, "x", "is no sound"))
    assert NOT_AUDIO.hint in box
    assert "GK104" in box
    assert 'role="alert"' in box
    assert "<script>" not in box
