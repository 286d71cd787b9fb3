from pathlib import Path

import numpy as np
import pytest

from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.progress import SavedProgress
from genrekit.pipeline.settings import ForestParams, MusicnnParams
from genrekit.pipeline.train import _key, cross_validate
from genrekit.pipeline.trainers import Trained
from genrekit.pipeline.training_data import TrackRows, TrainingData

N_TRACKS = 20
GENRE = np.arange(N_TRACKS) % 2


def make_data() -> tuple[TrainingData, DataSet]:
    """Twenty tracks, the last four without a recording; a clip's one value tells its genre."""
    tracks = tuple(
        Track(f"t{i}", "ab"[GENRE[i]], Path("x.wav") if i < 16 else None, f"g{i}", "whole", "", has_taggram=False)
        for i in range(N_TRACKS)
    )
    clip_track = np.repeat(np.arange(16), 3)
    clips = TrackRows(clip_track, (GENRE[clip_track] * 2.0 - 1)[:, None].astype(np.float32))
    none = TrackRows(np.zeros(0, np.int64), np.zeros((0, 1), np.float32))
    data = TrainingData(tracks, ("a", "b"), GENRE, clips, none, none, none, clips, none)
    folds = {"fold_a": {f"t{i}": i // 4 % 5 for i in range(N_TRACKS)}}
    return data, DataSet(Path(), tracks, folds)


def test_every_heard_track_is_predicted_by_a_member_that_never_saw_it():
    data, dataset = make_data()
    seen = []

    def train(data, inside):
        seen.append(inside)
        # Its answers tell how many tracks it was trained on.
        row = np.log(np.array([inside.sum(), N_TRACKS - inside.sum()]) / N_TRACKS).astype(np.float32)
        return Trained(lambda values: np.tile(row, (len(values), 1)), lambda: b"")

    predictions = cross_validate(data, dataset, {"forest": train})
    assert predictions.names == tuple(f"t{i}" for i in range(16))
    assert predictions.log_proba["forest"].shape == (1, 16, 2)
    assert np.exp(predictions.log_proba["forest"]).sum(axis=2) == pytest.approx(np.ones((1, 16)))
    assert len(seen) == 5
    assert np.all(np.sum([~inside for inside in seen], axis=0) == 1)


def test_a_tracks_score_is_the_mean_over_its_clips():
    data, dataset = make_data()

    def train(data, inside):
        return Trained(lambda values: np.tile(np.log([[0.5, 0.5]]), (len(values), 1)) + values, lambda: b"")

    rows = cross_validate(data, dataset, {"musicnn": train}).log_proba["musicnn"][0]
    assert rows[0] == pytest.approx(np.log([0.5, 0.5]) - 1, abs=1e-6)
    assert rows[1] == pytest.approx(np.log([0.5, 0.5]) + 1, abs=1e-6)


def test_a_training_that_was_killed_goes_on_with_the_first_fold_not_done(tmp_path):
    data, dataset = make_data()
    trained = []

    def train(data, inside):
        if len(trained) == 3 and not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            raise KeyboardInterrupt
        trained.append(inside)
        return Trained(lambda values: np.tile(np.log([[0.5, 0.5]]), (len(values), 1)) + values, lambda: b"")

    progress = SavedProgress(tmp_path / "progress", "key")
    progress.begin()
    with pytest.raises(KeyboardInterrupt):
        cross_validate(data, dataset, {"forest": train}, progress)
    resumed = cross_validate(data, dataset, {"forest": train}, progress)
    assert len(trained) == 5
    whole = cross_validate(data, dataset, {"forest": train})
    assert np.array_equal(resumed.log_proba["forest"], whole.log_proba["forest"])


def test_what_a_fold_depends_on_makes_another_key():
    data, dataset = make_data()
    shifted = DataSet(dataset.root, dataset.tracks, {"fold_a": dict.fromkeys(dataset.folds["fold_a"], 0)})
    keys = [
        _key(data, dataset, b"backbone", ForestParams()),
        _key(data, dataset, b"backbone", ForestParams(trees=9)),
        _key(data, dataset, b"backbone", MusicnnParams()),
        _key(data, dataset, b"another", ForestParams()),
        _key(data, shifted, b"backbone", ForestParams()),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == _key(data, dataset, b"backbone", ForestParams())
