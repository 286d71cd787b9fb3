from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.collection.corrections import (
    corrected,
    fit_thresholds,
    named,
    read_corrections,
    reviewed_rows,
    write_corrections,
)
from genrekit.collection.rows import Row
from genrekit.errors import SILENT, AudioError, SettingsError
from genrekit.values import Prediction


def answer(genre: str = "jazz", top: float = 0.6, *, unsure: bool = False) -> Prediction:
    other = "rock" if genre == "jazz" else "jazz"
    return Prediction(genre, unsure, {genre: top, other: 1 - top}, (), 30.0, "id")


def row(name: str, result: Prediction | AudioError) -> Row:
    return Row(Path("/music", name), name, (), result)


def test_what_is_written_is_read_again_in_order(tmp_path: Path) -> None:
    said = {Path('/music/a "b", c.mp3'): "hiphop", Path("/music/\udcff.mp3"): "jazz"}
    write_corrections(tmp_path / "new" / "said.csv", said)
    assert read_corrections(tmp_path / "new" / "said.csv") == said
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["said.csv"]


def test_no_file_yet_is_nothing_said(tmp_path: Path) -> None:
    assert read_corrections(tmp_path / "none.csv") == {}


def test_the_last_word_on_a_path_counts_and_spellings_are_one(tmp_path: Path) -> None:
    file = tmp_path / "said.csv"
    file.write_text("path,genre\n/a.mp3,Rock\n/a.mp3,Hip-Hop\n")
    assert read_corrections(file) == {Path("/a.mp3"): "hiphop"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [("", "path,genre"), ("file,genre\n", "path,genre"), ("path,genre\n/a.mp3\n", "line 2"), ("path,genre\n,x\n", "2")],
)
def test_another_file_is_refused_by_line(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "said.csv").write_text(content)
    with pytest.raises(SettingsError, match=reason):
        read_corrections(tmp_path / "said.csv")


def test_a_folder_in_the_way_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        write_corrections(tmp_path, {})


def test_the_threshold_is_where_nine_of_ten_are_right() -> None:
    wrong = [(answer(top=0.5 + 0.01 * i), "rock") for i in range(5)]
    right = [(answer(top=0.7 + 0.01 * i), "jazz") for i in range(10)]
    fitted = fit_thresholds([*wrong, *right])
    assert (fitted["jazz"].reviewed, fitted["jazz"].right) == (15, 10)
    # Ten of eleven are right from 0.54 on.
    assert fitted["jazz"].proba == pytest.approx(0.54)


def test_few_words_tell_nothing() -> None:
    assert fit_thresholds([(answer(), "jazz")] * 4)["jazz"].proba is None


def test_where_all_are_wrong_only_what_is_surer_than_they_were_is_believed() -> None:
    lowest = fit_thresholds([(answer(top=0.5 + 0.02 * i), "rock") for i in range(6)])["jazz"].proba
    assert lowest is not None
    assert 0.6 < lowest < 0.601


@given(st.lists(st.tuples(st.sampled_from([0.5, 0.6, 0.7, 0.8, 0.9]), st.booleans()), min_size=5, max_size=40))
def test_from_the_threshold_on_answers_keep_the_promise(said: list[tuple[float, bool]]) -> None:
    fitted = fit_thresholds([(answer(top=top), "jazz" if hit else "rock") for top, hit in said])
    lowest = fitted["jazz"].proba
    believed = [hit for top, hit in said if lowest is not None and top >= lowest]
    assert sum(believed) >= 0.9 * len(believed)


def test_what_was_said_is_certain_and_the_rest_is_judged_by_the_threshold() -> None:
    fitted = fit_thresholds([(answer(top=0.8), "jazz")] * 5)
    rows = [
        row("said.mp3", answer(unsure=True)),
        row("sure.mp3", answer(top=0.9, unsure=True)),
        row("not.mp3", answer()),
    ]
    said, sure, doubtful = corrected(rows, {Path("/music/said.mp3"): "polka"}, fitted)
    assert said.result == named(answer(), "polka")
    assert isinstance(sure.result, Prediction)
    assert isinstance(doubtful.result, Prediction)
    assert (sure.result.unsure, doubtful.result.unsure) == (False, True)


def test_a_named_genre_leads_also_if_the_artifact_does_not_know_it() -> None:
    result = named(answer(unsure=True), "polka")
    assert (result.genre, result.unsure, result.top(1)) == ("polka", False, (("polka", 1.0),))
    assert sum(result.proba.values()) == 1


def test_failures_pass_unchanged_and_are_no_basis() -> None:
    failed = row("silent.wav", AudioError(SILENT, "silent.wav", "is silent"))
    said = {Path("/music/silent.wav"): "jazz"}
    assert list(corrected([failed], said, {})) == [failed]
    assert list(reviewed_rows([failed, row("a.mp3", answer())], said)) == []
