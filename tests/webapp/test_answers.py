from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib", reason="the extra webapp is not installed: no pictures")

from genrekit.errors import CORRUPT, AudioError
from genrekit.values import Prediction
from genrekit.webapp.answers import answer_files, answered, file_address, show_answer, show_why
from genrekit.webapp.asking import Asking
from genrekit.webapp.results import Answered
from tests.webapp.showing import asking_for, made_prediction

BROKEN = AudioError(CORRUPT, "/cache/broken.mp3", "is damaged")


def test_the_last_thing_shown_is_everything(song: Path) -> None:
    *_, last = answer_files(asking_for(made_prediction()), [("song.wav", song)])
    assert last.status == "Answered"
    assert ">jazz<" in last.answer
    assert "data:image/png" in last.why
    assert "song.wav" in last.table
    assert [row.name for row in last.rows] == ["song.wav"]


def test_the_first_answer_stays_in_sight_while_others_are_heard(song: Path) -> None:
    shown = list(answer_files(asking_for(made_prediction()), [("one.wav", song), ("two.wav", song)]))
    assert "Listening to one.wav, 1 of 2" in shown[0].status
    second = next(step for step in shown if "two.wav, 2 of 2" in step.status)
    assert "one.wav" in second.answer
    assert shown[-1].status == "2 of 2 answered"


def test_one_broken_file_does_not_stop_the_others(song: Path) -> None:
    def predict(path: Path) -> Prediction:
        if path.name == "broken.mp3":
            raise BROKEN
        return made_prediction()

    other = asking_for(made_prediction())
    asking = Asking(predict, other.model, other.inside, other.where)
    *_, last = answer_files(asking, [("broken.mp3", Path("broken.mp3")), ("song.wav", song)])
    assert "is damaged" in last.answer
    assert [isinstance(row.result, Prediction) for row in last.rows] == [False, True]


def test_no_files_nothing_shown() -> None:
    assert list(answer_files(asking_for(made_prediction()), [])) == []


def test_an_error_is_an_answer_with_what_to_do() -> None:
    row = answered(asking_for(BROKEN).predict, "broken.mp3", Path("/cache/broken.mp3"))
    html = show_answer(row)
    assert "broken.mp3: is damaged." in html
    assert CORRUPT.hint in html
    assert "/cache" not in html


def test_there_is_no_why_without_an_answer() -> None:
    steps = show_why(asking_for(BROKEN), Answered("x", Path("x"), BROKEN), str)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == ""


def test_the_sound_is_fetched_by_a_relative_address() -> None:
    assert file_address(Path("/a b/ü#1.mp3")) == "gradio_api/file=/a%20b/%C3%BC%231.mp3"
