"""Anyone's folders of music."""

from __future__ import annotations

from pathlib import Path

import mutagen
import pytest

from genrekit.errors import DatasetError
from genrekit.pipeline.datasets.folder import GroupSource, count_sources, list_folder, read_pairs
from tests.making import encode, make_music


def touch(root: Path, *keys: str) -> Path:
    for key in keys:
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not looked into")
    return root


def refusal(root: Path, **options: object) -> str:
    with pytest.raises(DatasetError) as caught:
        list_folder(root, **options)  # type: ignore[arg-type]
    return str(caught.value)


def test_a_genre_is_the_first_folder_and_names_are_unique(tmp_path: Path) -> None:
    keys = [
        "blues/blues.00001.wav",
        "rock/a.b.mp3",
        "rock/a/b.mp3",
        "rock/a/c.mp3",
        "rock/a/c.flac",
        "rock/Live: 1?.ogg",
    ]
    tracks = list_folder(touch(tmp_path, *keys))
    names = {track.path.relative_to(tmp_path).as_posix(): track.name for track in tracks}
    assert names["blues/blues.00001.wav"] == "blues.00001"
    assert len({name.casefold() for name in names.values()}) == len(keys)
    assert all(not set(name) & set('/\\:?"') for name in names.values())
    assert [track.genre for track in tracks] == ["blues", *["rock"] * 5]


def test_what_is_hidden_lies_above_or_is_no_sound_is_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.wav", "b/2.wav", "loose.wav", "a/.3.wav", ".c/4.wav", "b/cover.jpg", "groups.txt")
    assert [track.path.name for track in list_folder(tmp_path)] == ["1.wav", "2.wav"]


def test_groups_come_from_the_list_then_tags_then_folders(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.wav", "a/band/2.wav", "b/3.wav")
    (tmp_path / "groups.csv").write_text("path,group\na/1.wav,Miles\n")
    song = encode(tmp_path / "b" / "song.flac", make_music(1.0), 22_050)
    file = mutagen.File(song)
    file["artist"] = "Ella"
    file.save()
    tracks = list_folder(tmp_path)
    assert [(track.group, track.source) for track in tracks] == [
        ("Miles", GroupSource.LIST),
        ("band", GroupSource.FOLDER),
        ("b.3", GroupSource.UNKNOWN),
        ("ella", GroupSource.TAGS),
    ]
    assert set(count_sources(tracks).values()) == {1}


def test_corrections_go_before_folders(tmp_path: Path) -> None:
    tracks = list_folder(touch(tmp_path, "a/1.wav", "b/2.wav"), corrections={"a/1.wav": "b", "b/2.wav": "jazz"})
    assert [track.genre for track in tracks] == ["b", "jazz"]


def test_corrections_of_a_review_name_files_in_full_and_genres_in_other_spellings(tmp_path: Path) -> None:
    touch(tmp_path / "music", "Hip Hop/1.wav", "Rock/2.wav", "Rock/3.wav")
    corrections = {str((tmp_path / "music" / "Rock" / "2.wav").resolve()): "hiphop", "/elsewhere/3.wav": "jazz"}
    assert [track.genre for track in list_folder(tmp_path / "music", corrections=corrections)] == [
        "Hip Hop",
        "Hip Hop",
        "Rock",
    ]


def test_a_list_that_names_no_file_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.wav", "b/2.wav")
    assert "a/9.wav: is in a list" in refusal(tmp_path, groups={"a/9.wav": "x"})
    assert "a/8.wav: is in a list" in refusal(tmp_path, corrections={"a/8.wav": "x"})


@pytest.mark.parametrize(("keys", "reason"), [((), "no genre"), (("a/1.wav",), "tracks of a only")])
def test_less_than_two_genres_are_refused(tmp_path: Path, keys: tuple[str, ...], reason: str) -> None:
    assert reason in refusal(touch(tmp_path, *keys))


def test_no_folder_is_named(tmp_path: Path) -> None:
    assert "nowhere: is no folder" in refusal(tmp_path / "nowhere")


def test_a_list_is_read_with_its_mark_and_backslashes(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text("path,genre,note\n./a\\1.wav, jazz ,sure\n", encoding="utf-8-sig")
    assert read_pairs(path, "genre") == {"a/1.wav": "jazz"}


@pytest.mark.parametrize(
    ("content", "reason"), [("path,group\na/1.wav,\n", "line 2"), ("file,group\na,b\n", "line 2"), (None, "not exist")]
)
def test_a_list_that_is_none_is_named(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "groups.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DatasetError, match=reason):
        read_pairs(path, "group")
