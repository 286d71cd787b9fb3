"""``genrekit train``, and what follows: the page on it is run as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genrekit.cli import train
from genrekit.errors import MissingExtraError
from tests.cli.running import genrekit
from tests.pipeline.learning import make_music_folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``music`` and the ``artifact`` that was trained on it; one of its files is damaged."""
    folder = tmp_path_factory.mktemp("train")
    make_music_folder(folder / "music")
    (folder / "music" / "march" / "broken.wav").write_bytes(b"nothing")
    done = genrekit("train", folder / "music", "--out", folder / "artifact", "--jobs", 1, "--json", timeout=600)
    (folder / "out.json").write_text(done.out)
    (folder / "err.txt").write_text(done.err)
    (folder / "status").write_text(str(done.status))
    return folder


def test_the_report_is_on_stdout_and_what_was_left_out_is_named(trained: Path) -> None:
    report = json.loads((trained / "out.json").read_text())
    assert (report["tracks"], list(report["left_out"])) == (8, ["march/broken.wav"])
    assert report["protocol"].startswith("out of fold")
    assert "march/broken.wav" in (trained / "err.txt").read_text()
    assert (trained / "status").read_text() == "1"


def test_predict_takes_the_artifact(trained: Path) -> None:
    song = trained / "music" / "drift" / "drift.003.wav"
    done = genrekit("predict", "--artifact", trained / "artifact", "--json", song)
    assert done.status == 0
    assert json.loads(done.out)["genre"] == "drift"


def test_doubtful_tracks_are_a_list_that_corrections_take(trained: Path) -> None:
    text = (trained / "artifact.work" / train.DOUBTS_NAME).read_text()
    assert text.startswith("path,genre,filed_under,probability\n")


def test_a_folder_that_is_no_artifact_is_not_replaced(trained: Path) -> None:
    done = genrekit("train", trained / "music", "--out", trained / "music")
    assert done.status == 2
    assert "is no artifact; name another place [GK301]" in done.err
    assert (trained / "music" / "drift").is_dir()


def test_a_folder_of_one_genre_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "music" / "rock").mkdir(parents=True)
    (tmp_path / "music" / "rock" / "a.wav").write_bytes(b"")
    done = genrekit("train", tmp_path / "music", "--out", tmp_path / "artifact")
    assert done.status == 1
    assert "tracks of rock only" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "artifact").exists()


def test_without_the_extra_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "find_spec", lambda name: None)
    request = train.Request(Path("music"), Path("out"), None, None, None, None)
    with pytest.raises(MissingExtraError, match=r'pip install "genrekit\[train\]"'):
        train.run(request, as_json=False)
