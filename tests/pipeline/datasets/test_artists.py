"""Whose music a file is, by its tags."""

from __future__ import annotations

from pathlib import Path

import mutagen
import pytest

from genrekit.pipeline.datasets.artists import tagged_artist
from tests.making import encode, make_music


def tagged(path: Path, **tags: str) -> Path:
    encode(path, make_music(1.0, 48_000), 48_000)
    file = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    for name, value in tags.items():
        file[name] = value
    file.save()
    return path


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a"])
def test_the_albums_artist_comes_first(tmp_path: Path, suffix: str) -> None:
    assert tagged_artist(tagged(tmp_path / f"a{suffix}", artist="Ella", albumartist="The Band")) == "The Band"
    assert tagged_artist(tagged(tmp_path / f"b{suffix}", artist="Ella")) == "Ella"


def test_various_artists_is_nobody(tmp_path: Path) -> None:
    assert tagged_artist(tagged(tmp_path / "a.flac", artist="Ella", albumartist="Various Artists")) == "Ella"
    assert tagged_artist(tagged(tmp_path / "b.flac", artist="Unknown Artist")) == ""


def test_what_has_no_tags_or_is_no_sound_is_of_nobody(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"nothing")
    assert tagged_artist(encode(tmp_path / "bare.wav", make_music(1.0), 22_050)) == ""
    assert tagged_artist(broken) == tagged_artist(tmp_path / "missing.mp3") == ""
