import numpy as np
import pytest

from genrekit.artifact import read_artifact
from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.members.musicnn import HeadParams
from genrekit.pipeline.train import Trained, TrainParams, cross_validate, head_trainer
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


BACKBONE = read_artifact().files["backbone.onnx"]


def make_heard(n_tracks: int = 16) -> TrainingData:
    """Recordings alone, no published tags: embeddings that lean by genre."""
    from pathlib import Path

    generator = np.random.default_rng(0)
    genre = np.arange(n_tracks) % 2
    tracks = tuple(
        Track(f"t{i}", "ab"[genre[i]], Path("x.wav"), f"g{i}", "whole", "", has_taggram=False) for i in range(n_tracks)
    )
    place = np.repeat(np.arange(n_tracks), 4)
    values = generator.normal(0, 1, (len(place), 784)) + genre[place][:, None]
    clean = TrackRows(place, values.astype(np.float32))
    tags = TrackRows(np.zeros(0, np.int64), np.zeros((0, 50), np.float32))
    none = TrackRows(np.zeros(0, np.int64), np.zeros((0, 57), np.float32))
    return TrainingData(tracks, ("a", "b"), genre, clean, tags, clean, tags, none, none)


@pytest.mark.parametrize("within", [0.0, 1.0])
def test_the_head_learns_from_recordings_alone(within):
    data = make_heard()
    trained = head_trainer(BACKBONE, TrainParams(head=HeadParams(within=within)))(data, np.ones(16, bool))
    right = trained.log_proba(data.clean.values).argmax(axis=1) == data.genre[data.clean.track]
    assert right.mean() > 0.95


def test_what_changes_within_tracks_matters_only_where_it_is_asked_for():
    data = make_heard()
    plain, steady = (
        head_trainer(BACKBONE, TrainParams(head=HeadParams(within=within)))(data, np.ones(16, bool))
        for within in (0.0, 1.0)
    )
    assert not np.allclose(plain.log_proba(data.clean.values), steady.log_proba(data.clean.values), atol=1e-3)
