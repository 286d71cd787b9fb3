"""``genrekit evaluate``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import genrekit
from tests.making import encode, make_music


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for genre in ("rock", "blues", "polka"):
        (tmp_path / "music" / genre).mkdir(parents=True)
        encode(tmp_path / "music" / genre / "a.wav", make_music(3.0, seed=len(genre)), 22_050)
    return tmp_path / "music"


def test_people_get_tables_and_what_does_not_count_is_named(music: Path, tiny_artifact: Path) -> None:
    done = genrekit("evaluate", music, "--artifact", tiny_artifact)
    assert done.status == 1
    assert "2 of 2 artists or other groups" in done.out
    assert "polka/a.wav: polka is no genre of the artifact" in done.err
    assert "does not tell what it was trained on" in done.err


def test_programs_get_one_object(music: Path, tiny_artifact: Path) -> None:
    done = genrekit("evaluate", music, "--artifact", tiny_artifact, "--json")
    record = json.loads(done.out)
    assert record["tracks"] == 2
    assert record["trained_on"] == {"files": 0, "groups": 0, "recorded": False}
    assert record["left_out"] == {"polka/a.wav": "polka is no genre of the artifact"}


def test_no_folder_is_an_error_of_one_line(tmp_path: Path, tiny_artifact: Path) -> None:
    done = genrekit("evaluate", tmp_path / "nowhere", "--artifact", tiny_artifact)
    assert done.status == 1
    assert "nowhere: is no folder [GK401]" in done.err
