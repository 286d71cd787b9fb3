import os

import pytest

from tests.cli.running import genrekit
from tests.making import encode, make_music


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    encode(folder / "one.wav", make_music(2.0, seed=1), 22_050)
    encode(folder / "two.wav", make_music(2.0, seed=2), 22_050)
    return folder


def sort(tmp_path, tiny_artifact, *arguments):
    environment = os.environ | {"GENREKIT_STATE": str(tmp_path / "state")}
    return genrekit("sort", "--artifact", tiny_artifact, "--jobs", 1, *arguments, env=environment)


def test_links_playlists_and_sidecars_are_made_and_nothing_is_moved(tmp_path, tiny_artifact, library):
    made = ("--into", tmp_path / "by-genre", "--playlists", tmp_path / "lists", "--sidecars", "--nfo")
    done = sort(tmp_path, tiny_artifact, library, "--threshold", 0, *made)
    assert done.status == 0, done.err
    assert "2 of 2 files linked" in done.out
    links = (tmp_path / "by-genre").rglob("*.wav")
    assert sorted(path.resolve() for path in links) == [library / "one.wav", library / "two.wav"]
    assert list((tmp_path / "lists").glob("*.m3u8"))
    assert {path.name for path in library.iterdir()} == {
        "one.wav",
        "two.wav",
        "one.wav.genre.json",
        "two.wav.genre.json",
        "album.nfo",
    }


def test_what_to_make_must_be_said(tmp_path, tiny_artifact, library):
    done = sort(tmp_path, tiny_artifact, library)
    assert done.status == 2
    assert "--into FOLDER" in done.err
