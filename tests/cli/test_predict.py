import json
import os
from pathlib import Path

import pytest

from tests.cli.running import genrekit
from tests.making import encode, make_music


@pytest.fixture
def library(tmp_path):
    """A folder with two good files and one of each simple kind of bad one."""
    folder = tmp_path / "library"
    (folder / "sub").mkdir(parents=True)
    encode(folder / "good.flac", make_music(4.0), 22_050)
    encode(folder / "sub" / "good.mp3", make_music(4.0, 44_100), 44_100)
    encode(folder / "short.wav", make_music(0.4), 22_050)
    encode(folder / "silent.wav", 0 * make_music(2.0), 22_050)
    (folder / "empty.mp3").touch()
    (folder / "text.mp3").write_text("no sound " * 200)
    return folder


def test_every_file_gets_an_answer_or_an_error(library):
    done = genrekit("predict", "--json", library, library / "missing.ogg")
    records = {Path(record["path"]).name: record for record in map(json.loads, done.out.splitlines())}
    codes = {name: record["error"]["code"] for name, record in records.items() if "error" in record}
    assert codes == {
        "empty.mp3": "GK103",
        "missing.ogg": "GK101",
        "short.wav": "GK106",
        "silent.wav": "GK107",
        "text.mp3": "GK104",
    }
    assert sorted(set(records) - set(codes)) == ["good.flac", "good.mp3"]
    assert all(name in record["error"]["message"] for name, record in records.items() if name in codes)
    assert done.status == 1


def test_all_answered_is_status_0_and_silent_on_stderr(library):
    done = genrekit("predict", library / "good.flac", library / "sub")
    assert (done.status, done.err) == (0, "")
    assert "good.flac" in done.out
    assert "good.mp3" in done.out


def test_failures_are_listed_last_with_their_codes(library):
    done = genrekit("predict", library)
    assert done.status == 1
    assert "good.flac" in done.out
    assert "short" not in done.out
    lines = done.err.strip().splitlines()
    assert lines[0] == "4 of 6 files could not be answered:"
    assert any("short.wav" in line and "[GK106]" in line for line in lines)
    assert "genrekit explain" in lines[-1]


def test_json_is_the_same_bytes_twice(library):
    first, second = (genrekit("predict", "--json", "--timeline", library / "good.flac").out for _ in range(2))
    assert first == second
    record = json.loads(first)
    assert {"path", "genre", "unsure", "proba", "duration", "clips", "warnings", "artifact_id"} == set(record)


def test_a_timeline_is_only_there_when_asked(library):
    assert "clips" not in json.loads(genrekit("predict", "--json", library / "good.flac").out)
    shown = genrekit("predict", "--timeline", library / "good.flac").out
    assert "0:00-0:0" in shown


def test_top_decides_how_many_candidates_are_shown(library):
    counts = [genrekit("predict", "--top", top, library / "good.flac").out.count("%") for top in (1, 5)]
    assert counts == [1, 5]


def test_below_the_threshold_the_answer_is_unsure_with_candidates(library):
    done = genrekit("predict", "--threshold", "1", library / "good.flac")
    assert "unsure" in done.out
    assert done.out.count("%") == 3
    assert json.loads(genrekit("predict", "--json", "--threshold", "1", library / "good.flac").out)["unsure"] is True


def test_a_folder_without_audio_is_an_error_that_names_it(tmp_path, song):
    (tmp_path / "papers").mkdir()
    done = genrekit("predict", "--json", tmp_path / "papers", song)
    failed, answered = map(json.loads, done.out.splitlines())
    assert failed["error"]["code"] == "GK111"
    assert "papers" in failed["error"]["message"]
    assert "genre" in answered


def test_names_that_are_no_utf8_or_hold_markup_are_shown(tmp_path):
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 [bold].wav")
    encode(tmp_path / "a.wav", make_music(2.0), 22_050).rename(odd)
    done = genrekit("predict", tmp_path)
    assert r"caf\xe9 [bold].wav" in done.out
    assert r"caf\xe9 [bold].wav" in json.loads(genrekit("predict", "--json", tmp_path).out)["path"]


def test_no_colour_codes_off_a_terminal(library):
    assert "\x1b" not in genrekit("predict", "--timeline", library, env=os.environ | {"TERM": "xterm-256color"}).out
