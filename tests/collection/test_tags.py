import io
import sys

import pytest

from genrekit.collection.containers.inventory import Container
from genrekit.collection.tags import read_fields, require_tag_library, write_genres
from genrekit.errors import MissingExtraError, TagError
from tests.collection.tagged import ALBUM, ARTIST, CONTAINERS, make_bare, make_tagged


def fields_of(path):
    with path.open("rb") as file:
        return read_fields(file, Container(path.suffix[1:]), str(path))


def write(path, genres, version=4, **extras):
    with path.open("r+b") as file:
        write_genres(file, Container(path.suffix[1:]), genres, extras, version=version, subject=str(path))


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_genres_are_values_of_their_own_in_every_container(tmp_path, suffix):
    path = make_tagged(tmp_path / f"a.{suffix}", genres=["Rock", "Blues/Soul"])
    assert fields_of(path).genres == ("Rock", "Blues/Soul")
    write(path, ["Hip-Hop", "Jazz; Fusion", "Ünder"], GENREKIT_CONFIDENCE="0.750")
    assert fields_of(path).genres == ("Hip-Hop", "Jazz; Fusion", "Ünder")
    assert fields_of(path).extras == {"GENREKIT_CONFIDENCE": "0.750"}


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_file_without_tags_says_nothing_and_can_get_some(tmp_path, suffix):
    path = make_bare(tmp_path / f"a.{suffix}")
    assert fields_of(path).genres == ()
    write(path, ["Jazz"], version=0)
    assert fields_of(path).genres == ("Jazz",)


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_album_and_artist_are_read(tmp_path, suffix):
    fields = fields_of(make_tagged(tmp_path / f"a.{suffix}"))
    assert (fields.album, fields.artist) == (ALBUM, ARTIST)


def test_id3_version_3_stays_version_3_with_several_values(tmp_path):
    path = make_tagged(tmp_path / "a.mp3", version=3)
    write(path, ["Hip-Hop", "Jazz"], version=3)
    assert path.read_bytes()[:4] == b"ID3\x03"
    assert fields_of(path).genres == ("Hip-Hop", "Jazz")


def test_numbers_of_the_old_list_are_names(tmp_path):
    path = make_tagged(tmp_path / "a.mp3", genres=["(17)"])
    assert fields_of(path).genres == ("Rock",)


def test_a_short_tag_at_the_end_is_kept_byte_by_byte(tmp_path):
    path = make_tagged(tmp_path / "a.mp3")
    short = b"TAG" + b"short title".ljust(124, b"\0") + b"\x11"
    path.write_bytes(path.read_bytes() + short)
    write(path, ["Jazz"])
    assert path.read_bytes().endswith(short)
    assert fields_of(path).genres == ("Jazz",)


def test_tags_that_cannot_be_read_are_told_with_the_files_name():
    with pytest.raises(TagError, match=r"^x\.flac: the tags cannot be read"):
        read_fields(io.BytesIO(b"fLaC" + b"\xff" * 40), Container.FLAC, "x.flac")


def test_what_the_file_system_says_is_passed_on(tmp_path):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    content = make_tagged(tmp_path / "a.flac").read_bytes()
    with pytest.raises(OSError, match="No space left"):
        write_genres(Full(content), Container.FLAC, ["x" * 100_000], {}, version=0, subject="a")


def test_without_the_library_the_install_command_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "mutagen", None)
    with pytest.raises(MissingExtraError, match=r'pip install "genrekit\[tag\]"'):
        require_tag_library()
