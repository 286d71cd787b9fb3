import os
from pathlib import Path

import pytest

from genrekit.collection.walk import find_audio
from genrekit.errors import NO_AUDIO_IN_FOLDER, UNREADABLE


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def names_below(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in find_audio([root])]


def test_a_file_is_taken_whatever_it_is_called(tmp_path):
    paths = [tmp_path / "notes.txt", tmp_path / "missing.mp3"]
    assert list(find_audio(paths)) == paths


def test_a_folder_is_searched_for_audio_in_sorted_order(tmp_path):
    make(tmp_path, "b.MP3", "a.flac", "sub/c.opus", "cover.jpg", "sub/d.txt")
    assert names_below(tmp_path) == ["a.flac", "b.MP3", "sub/c.opus"]


def test_hidden_files_and_folders_are_left_out(tmp_path):
    make(tmp_path, "a.mp3", "._a.mp3", ".trash/b.mp3")
    assert names_below(tmp_path) == ["a.mp3"]


def test_a_folder_without_audio_is_an_error_that_names_it(tmp_path):
    make(tmp_path, "sub/readme.txt")
    [error] = find_audio([tmp_path])
    assert error.kind is NO_AUDIO_IN_FOLDER
    assert str(tmp_path) in str(error)


def test_a_loop_of_links_ends(tmp_path):
    make(tmp_path, "sub/a.mp3")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    assert names_below(tmp_path) == ["sub/a.mp3"]


def test_a_link_to_a_file_is_followed(tmp_path):
    make(tmp_path, "music/a.mp3")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "b.mp3").symlink_to(tmp_path / "music" / "a.mp3")
    assert names_below(tmp_path / "links") == ["b.mp3"]


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_is_found(tmp_path, monkeypatch):
    make(tmp_path, "open/a.mp3", "shut/b.mp3")
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(find_audio([tmp_path]))
    assert found[0] == tmp_path / "open" / "a.mp3"
    assert found[1].kind is UNREADABLE
    assert "shut" in str(found[1])


@pytest.mark.parametrize("suffix", [".wav", ".m4a", ".wma", ".webm", ".aiff", ".au"])
def test_the_usual_extensions_are_known(tmp_path, suffix):
    make(tmp_path, f"a{suffix}")
    assert names_below(tmp_path) == [f"a{suffix}"]
