from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode
from pathlib import Path

from genrekit import wire
from genrekit.errors import TOO_SHORT, AudioError
from genrekit.webapp.results import Answered, as_csv, as_json, table
from tests.webapp.showing import made_prediction

GOOD = Answered("song.mp3", Path("song.mp3"), made_prediction())
BAD = Answered("click.wav", Path("/cache/click.wav"), AudioError(TOO_SHORT, "/cache/click.wav", "lasts 0.10 s"))


def test_a_line_for_each_file_with_all_genres() -> None:
    good, bad = csv.DictReader(io.StringIO(as_csv([GOOD, BAD])))
    assert good["genre"] == "jazz"
    assert float(good["probability"]) == float(good["jazz"]) == 0.8
    assert bad["code"] == "GK106"
    assert bad["message"] == "click.wav: lasts 0.10 s."
    assert bad["jazz"] == ""


def test_a_name_cannot_become_a_formula() -> None:
    row = next(csv.DictReader(io.StringIO(as_csv([Answered("=1+1.mp3", Path("x"), made_prediction())]))))
    assert row["file"] == "'=1+1.mp3"


def test_json_is_in_the_form_of_the_command_line() -> None:
    good, bad = (wire.decode(json.dumps(record)) for record in json.loads(as_json([GOOD, BAD])))
    assert good == wire.prediction_record("song.mp3", made_prediction(), timeline=True)
    assert bad == wire.ErrorRecord("click.wav", wire.ErrorDetail("GK106", "click.wav: lasts 0.10 s."))


def test_the_links_carry_the_files_themselves() -> None:
    found = re.findall(r'download="([^"]*)" href="data:[^;]*;base64,([^"]*)"', table([GOOD, BAD]))
    assert {name: b64decode(content).decode() for name, content in found} == {
        "genres.csv": as_csv([GOOD, BAD]),
        "genres.json": as_json([GOOD, BAD]),
    }


def test_a_failure_has_a_row_and_no_path_of_the_server() -> None:
    html = table([GOOD, BAD])
    assert "no answer: lasts 0.10 s [GK106]" in html
    assert "/cache" not in html


def test_no_files_no_table() -> None:
    assert table([]) == ""
