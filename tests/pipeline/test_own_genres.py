"""From a folder of music to an artifact that predicts its genres."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genrekit.artifact import read_artifact
from genrekit.errors import DatasetError
from genrekit.pipeline import own_genres
from genrekit.pipeline.datasets.music import find_music
from genrekit.pipeline.own_data import TRAINING_NAME
from genrekit.pipeline.own_genres import REPORT_NAME, Learnt, learn
from genrekit.predictor import Predictor
from tests.pipeline.learning import Unwatched, learn_from, make_music_folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Learnt]:
    """Folder of the music, folder of the artifact, and what came of it."""
    folder = tmp_path_factory.mktemp("own")
    root, out = make_music_folder(folder / "music"), folder / "artifact"
    return root, out, learn_from(root, out)


def test_the_artifact_says_the_folders_genres(trained: tuple[Path, Path, Learnt]) -> None:
    root, out, learnt = trained
    predictor = Predictor.load(out)
    assert predictor.artifact.id == learnt.artifact_id
    assert predictor.genres == ("drift", "march")
    answers = [predictor.predict(path).genre for path in sorted(root.glob("*/*.wav"))]
    assert answers == ["drift"] * 4 + ["march"] * 4


def test_its_report_is_out_of_fold_and_travels_with_it(trained: tuple[Path, Path, Learnt]) -> None:
    _, out, learnt = trained
    artifact = read_artifact(out)
    assert json.loads(artifact.files[REPORT_NAME]) == learnt.report
    assert learnt.report["tracks"] == learnt.report["groups_known"] == 8
    assert learnt.report["groups"] == 4
    assert artifact.manifest.metrics["all"]["accuracy"] == learnt.report["accuracy"]
    assert artifact.manifest.unsure_below == learnt.report["sure"]["threshold"]


def test_it_tells_what_it_was_trained_on(trained: tuple[Path, Path, Learnt]) -> None:
    lines = read_artifact(trained[1]).files[TRAINING_NAME].decode().splitlines()
    assert lines[0] == "sha256,group,genre"
    assert min(line.split(",", 1)[1] for line in lines[1:]) == "drift artist 0,drift"
    assert len(lines) == 9


def test_a_second_run_hears_nothing_anew_and_writes_the_same(trained: tuple[Path, Path, Learnt]) -> None:
    root, out, learnt = trained
    heard = {path: path.stat().st_mtime_ns for path in out.with_name("work").rglob("*.npy3")}
    assert len(heard) == 8
    again = learn_from(root, out)
    assert again.artifact_id == learnt.artifact_id
    assert {path: path.stat().st_mtime_ns for path in out.with_name("work").rglob("*.npy3")} == heard


def test_a_full_disk_leaves_the_artifact_that_was_there(
    trained: tuple[Path, Path, Learnt], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, out, learnt = trained

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(own_genres, "write_artifact", full)
    with pytest.raises(OSError, match="No space"):
        learn_from(root, out)
    assert Predictor.load(out).artifact.id == learnt.artifact_id


def test_a_track_in_the_wrong_folder_is_doubted(trained: tuple[Path, Path, Learnt], tmp_path: Path) -> None:
    root, out, learnt = trained
    assert learnt.doubts == []
    music = find_music(root, tmp_path / "x", corrections={"drift/drift.001.wav": "march"})
    misled = learn(music, tmp_path / "artifact", out.with_name("work"), 1, Unwatched())
    assert ("drift/drift.001.wav", "march", "drift") in {doubt[:3] for doubt in misled.doubts}


def test_nothing_is_written_where_there_is_too_little(tmp_path: Path) -> None:
    root = make_music_folder(tmp_path / "music")
    for path in (root / "drift").glob("*.wav"):
        path.write_bytes(b"damaged")
    with pytest.raises(DatasetError, match="less than two genres"):
        learn_from(root, tmp_path / "artifact")
    assert not (tmp_path / "artifact").exists()
