"""Music as a person names it."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from genrekit.errors import DatasetError
from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.datasets.music import find_music


def make(root: Path, *keys: str) -> Path:
    for key in keys:
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(key.encode())
    return root


def test_a_folder_of_genres_is_what_it_is(tmp_path: Path) -> None:
    music = find_music(make(tmp_path / "music", "a/1.wav", "b/2.wav"), tmp_path / "unpacked")
    assert ([track.name for track in music.tracks], music.left_out, music.is_gtzan) == (["a.1", "b.2"], {}, False)


def test_ones_own_music_in_gtzans_genres_is_not_gtzan(tmp_path: Path) -> None:
    music = find_music(make(tmp_path / "music", *(f"{genre}/Song.mp3" for genre in GTZAN_GENRES)), tmp_path / "x")
    assert not music.is_gtzan
    assert len(music.tracks) == 10


def test_gtzan_is_recognised_one_folder_up_and_its_faults_left_out(tmp_path: Path) -> None:
    keys = [f"genres/{genre}/{genre}.00030.au" for genre in GTZAN_GENRES]
    root = make(tmp_path / "copy", *keys)
    music = find_music(root, tmp_path / "x", corrections={"rock/rock.00030.au": "blues"})
    assert music.is_gtzan
    assert set(music.left_out) == {"pop.00030"}
    assert {track.name: track.genre for track in music.tracks}["rock.00030"] == "blues"


def test_an_archive_is_unpacked(tmp_path: Path) -> None:
    make(tmp_path / "music", "a/1.wav", "b/2.wav")
    with tarfile.open(tmp_path / "music.tar", "w") as packed:
        for genre in "ab":
            packed.add(tmp_path / "music" / genre, genre)
    assert [track.genre for track in find_music(tmp_path / "music.tar", tmp_path / "unpacked").tracks] == ["a", "b"]


def test_nothing_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere"):
        find_music(tmp_path / "nowhere", tmp_path / "unpacked")
