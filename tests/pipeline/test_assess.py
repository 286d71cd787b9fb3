"""What an artifact is worth on tracks whose genres are known."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from genrekit.artifact import write_artifact
from genrekit.errors import DatasetError
from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.assess import Assessment, assess
from genrekit.pipeline.datasets.music import find_music
from genrekit.pipeline.own_data import TRAINING_NAME
from genrekit.predictor import Predictor
from tests.making import encode, linear_member, make_music, tiny_manifest
from tests.pipeline.learning import Unwatched

N_TRACKS = 4


def make_folder(root: Path, genres: tuple[str, ...] = ("rock", "Hip Hop")) -> Path:
    for genre in genres:
        (root / genre / "band").mkdir(parents=True)
        for seed in range(N_TRACKS // len(genres)):
            encode(root / genre / "band" / f"{seed}.wav", make_music(3.0, seed=seed + 10 * len(genre)), 22_050)
    return root


def make_artifact(folder: Path, *trained_on: str) -> Predictor:
    """Tells what it was trained on, if it was on anything."""
    files = {"linear.onnx": linear_member(57, len(GTZAN_GENRES))}
    if trained_on:
        files[TRAINING_NAME] = "\n".join(["sha256,group,genre", *trained_on]).encode()
    write_artifact(folder, tiny_manifest(), files)
    return Predictor.load(folder)


def found(predictor: Predictor, root: Path) -> Assessment:
    return assess(predictor, find_music(root, root.with_name("x")), 2, Unwatched())


def test_folders_may_spell_genres_otherwise(tmp_path: Path) -> None:
    predictor, root = make_artifact(tmp_path / "artifact"), make_folder(tmp_path / "music")
    card = found(predictor, root).report
    assert card["tracks"] == N_TRACKS
    assert card["by_genre"]["hiphop"]["tracks"] == card["by_genre"]["rock"]["tracks"] == 2
    answers = [predictor.predict(path).genre for path in sorted((root / "rock").rglob("*.wav"))]
    assert card["by_genre"]["rock"]["recall"] == answers.count("rock") / 2


def test_what_does_not_count_is_named(tmp_path: Path) -> None:
    root = make_folder(tmp_path / "music", ("rock", "polka"))
    (root / "rock" / "broken.wav").write_bytes(b"nothing")
    assessment = found(make_artifact(tmp_path / "artifact"), root)
    assert assessment.report["tracks"] == 2
    assert set(assessment.left_out) == {"rock/broken.wav", "polka/band/0.wav", "polka/band/1.wav"}
    assert assessment.left_out["polka/band/0.wav"] == "polka is no genre of the artifact"


def test_nothing_to_compare_is_an_error_that_names_the_genres(tmp_path: Path) -> None:
    root = make_folder(tmp_path / "music", ("polka", "waltz"))
    with pytest.raises(DatasetError, match="genres are blues, classical"):
        found(make_artifact(tmp_path / "artifact"), root)


def test_an_artifact_that_does_not_tell_is_not_suspected(tmp_path: Path) -> None:
    assessment = found(make_artifact(tmp_path / "artifact"), make_folder(tmp_path / "music"))
    assert not assessment.records_training
    assert (assessment.seen_files, assessment.seen_groups, assessment.unseen) == (0, 0, None)


def test_files_and_groups_it_was_trained_on_are_counted_and_set_apart(tmp_path: Path) -> None:
    root = make_folder(tmp_path / "music", ("rock", "blues"))
    (root / "groups.csv").write_text("path,group\nrock/band/0.wav,a\nrock/band/1.wav,b\nblues/band/0.wav,c\n")
    digest = hashlib.sha256((root / "rock" / "band" / "0.wav").read_bytes()).hexdigest()
    assessment = found(make_artifact(tmp_path / "artifact", f"{digest},a,rock", "00,b,rock"), root)
    assert assessment.records_training
    assert (assessment.seen_files, assessment.seen_groups) == (1, 2)
    assert assessment.unseen is not None
    assert assessment.unseen["tracks"] == 2
    assert assessment.report["tracks"] == 4


def test_if_all_were_trained_on_nothing_is_set_apart(tmp_path: Path) -> None:
    assessment = found(make_artifact(tmp_path / "artifact", "00,band,rock"), make_folder(tmp_path / "music"))
    assert (assessment.seen_groups, assessment.unseen) == (4, None)
