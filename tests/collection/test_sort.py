import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from genrekit.collection.rows import Row
from genrekit.collection.sort import (
    UNSURE,
    Link,
    file_name,
    genre_of,
    link_files,
    place,
    write_album_nfos,
    write_json_sidecars,
    write_playlists,
)
from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import SILENT, AudioError, SettingsError
from genrekit.values import Prediction


def answer(genre, unsure=False):
    return Prediction(genre, unsure, {genre: 0.9, "other": 0.1}, (), 10.0, "id")


@pytest.fixture
def rows(tmp_path):
    found = []
    for name, result in [
        ("a/1.mp3", answer("jazz")),
        ("b/1.mp3", answer("jazz")),
        ("b/2.mp3", answer("hiphop")),
        ("b/3.mp3", answer("rock", unsure=True)),
        ("b/4.mp3", AudioError(SILENT, "4", "is silent")),
    ]:
        path = tmp_path / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
        found.append(Row(path, name, (), result))
    return found


@pytest.fixture
def placed(rows):
    return place(rows, Vocabulary())


def below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_answers_have_a_place_and_equal_names_get_numbers(placed):
    assert [(item.genre, item.name) for item in placed] == [
        ("Jazz", "1.mp3"),
        ("Jazz", "1 (2).mp3"),
        ("Hip Hop", "2.mp3"),
        (UNSURE, "3.mp3"),
    ]


def test_what_the_vocabulary_does_not_allow_has_no_place():
    assert genre_of(answer("jazz"), Vocabulary(whitelist=frozenset({"Rock"}))) is None
    assert genre_of(answer("jazz"), Vocabulary(names={"jazz": "JAZZ"})) == "JAZZ"


@pytest.mark.parametrize("link", Link)
def test_files_appear_under_their_genre_and_stay_where_they_are(tmp_path, rows, placed, link):
    before = below(tmp_path / "music")
    assert link_files(placed, tmp_path / "sorted", link) == 4
    assert below(tmp_path / "sorted") == {"Jazz/1.mp3", "Jazz/1 (2).mp3", "Hip Hop/2.mp3", "Unsure/3.mp3"}
    assert (tmp_path / "sorted" / "Hip Hop" / "2.mp3").read_bytes() == b"b/2.mp3"
    assert (tmp_path / "sorted" / "Jazz" / "1.mp3").is_symlink() == (link is Link.SYMBOLIC)
    assert (rows[0].path.stat().st_nlink == 2) == (link is Link.HARD)
    assert link_files(placed, tmp_path / "sorted", link) == 0
    assert below(tmp_path / "music") == before


@pytest.mark.parametrize("link", Link)
def test_another_file_of_that_name_is_never_replaced(tmp_path, placed, link):
    (tmp_path / "sorted" / "Jazz").mkdir(parents=True)
    (tmp_path / "sorted" / "Jazz" / "1.mp3").write_text("theirs")
    with pytest.raises(SettingsError, match="nothing is replaced"):
        link_files(placed, tmp_path / "sorted", link)
    assert (tmp_path / "sorted" / "Jazz" / "1.mp3").read_text() == "theirs"


def test_playlists_name_their_files_relative_to_themselves(tmp_path, placed):
    written = write_playlists(placed, tmp_path / "lists")
    assert [path.name for path in written] == ["Hip Hop.m3u8", "Jazz.m3u8", "Unsure.m3u8"]
    lines = written[1].read_text("utf-8").splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:Jazz"]
    assert [(tmp_path / "lists" / line).resolve() for line in lines[3::2]] == [item.source for item in placed[:2]]


def test_sidecars_hold_the_answer_as_the_command_line_gives_it(rows):
    assert write_json_sidecars(rows) == 4
    record = json.loads(rows[2].path.with_name("2.mp3.genre.json").read_text())
    assert (record["genre"], record["path"]) == ("hiphop", "b/2.mp3")


def test_an_album_file_is_made_only_where_there_is_none(tmp_path, rows):
    theirs = tmp_path / "music" / "a" / "album.nfo"
    theirs.write_text("theirs")
    assert write_album_nfos(rows, Vocabulary(names={"hiphop": "R&B"})) == 1
    assert theirs.read_text() == "theirs"
    root = ET.parse(tmp_path / "music" / "b" / "album.nfo").getroot()  # noqa: S314 - written above
    assert [genre.text for genre in root.iter("genre")] == ["Jazz", "R&B"]


@pytest.mark.parametrize(("name", "safe"), [("R&B/Soul", "R&B_Soul"), ("..", "_"), ("a\nb", "a_b"), ("Jazz ", "Jazz")])
def test_any_genre_is_a_safe_name(name, safe):
    assert file_name(name) == safe


def test_a_folder_that_cannot_be_made_is_told(tmp_path, placed):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be"):
        link_files(placed, tmp_path / "file", Link.SYMBOLIC)
    with pytest.raises(SettingsError, match="cannot be written"):
        write_playlists(placed, Path(tmp_path / "file"))
