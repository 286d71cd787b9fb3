import pytest

from tests.cli.running import genrekit
from tests.making import encode, make_music


@pytest.fixture
def song(tmp_path):
    return encode(tmp_path / "song.flac", make_music(7.0), 22_050)


@pytest.mark.parametrize(("name", "begins"), [("a.png", b"\x89PNG"), ("b.SVG", b"<?xml")])
def test_the_timeline_is_drawn_beside_the_answer(song, tmp_path, name, begins):
    done = genrekit("predict", song, "--plot", tmp_path / name)
    assert (done.status, done.err) == (0, "")
    assert "song.flac" in done.out
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize("arguments", [["out.gif"], ["out"], ["no/such/folder/out.png"]])
def test_a_picture_that_cannot_be_written_is_refused_before_anything_is_heard(song, tmp_path, arguments):
    done = genrekit("predict", song, "--plot", *arguments, cwd=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "--plot" in done.err
    assert "[GK301]" in done.err


def test_it_shows_one_file(song, tmp_path):
    for sources in ([song, song], [tmp_path]):
        done = genrekit("predict", *sources, "--plot", tmp_path / "a.png")
        assert done.status == 2
        assert "exactly one" in done.err


def test_a_file_that_fails_leaves_no_picture(tmp_path):
    (tmp_path / "text.mp3").write_text("no sound " * 200)
    done = genrekit("predict", tmp_path / "text.mp3", "--plot", tmp_path / "a.png")
    assert done.status == 1
    assert not (tmp_path / "a.png").exists()
