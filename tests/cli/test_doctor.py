import json
import os
from pathlib import Path

import pytest

from genrekit.cli.doctor import Check, run
from tests.cli.running import genrekit


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("GENREKIT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def test_a_good_installation_passes_every_check(here, tiny_artifact, capsys):
    assert run(tiny_artifact, as_json=True) == 0
    checks = [Check(**check) for check in json.loads(capsys.readouterr().out)]
    assert all(check.passed for check in checks), checks
    names = {"system", "libraries", "kernel", "decoders", "artifact", "speed", "state folder", "temporary folder"}
    assert {check.name for check in checks} == names


def test_what_is_broken_is_named_and_the_rest_is_still_looked_at(here, capsys):
    assert run(here / "no-artifact", as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    failed = [line for line in lines if line.startswith("FAIL")]
    assert len(lines) == 8
    assert [line.split(":")[0] for line in failed] == ["FAIL artifact", "FAIL speed"]
    assert "GK201" in failed[0]


def test_a_state_folder_that_cannot_be_written_is_told(here, tiny_artifact, monkeypatch, capsys):
    (here / "file").touch()
    monkeypatch.setenv("GENREKIT_STATE", str(here / "file" / "state"))
    assert run(tiny_artifact, as_json=False) == 1
    assert "FAIL state folder" in capsys.readouterr().out


def test_the_report_names_no_private_path(tmp_path):
    home = tmp_path / "home-of-alice"
    (home / "art").mkdir(parents=True)
    environment = os.environ | {"HOME": str(home), "GENREKIT_STATE": ""}
    done = genrekit("doctor", "--artifact", home / "art", env=environment)
    assert done.status == 1
    assert "alice" not in done.out
    assert str(Path(__file__).parents[2]) not in done.out
    assert "Traceback" not in done.err
