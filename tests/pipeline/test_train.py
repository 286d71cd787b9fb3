import numpy as np
import pytest

from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.train import Trained, cross_validate
from genrekit.pipeline.training_data import TrackRows, TrainingData

N_TRACKS = 20
GENRE = np.arange(N_TRACKS) % 2


def make_data() -> tuple[TrainingData, DataSet]:
    """Twenty tracks, the last four without a recording; a clip's one value tells its genre."""
    from pathlib import Path

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
