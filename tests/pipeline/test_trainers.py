from pathlib import Path

import numpy as np
import pytest

from genrekit.artifact import read_artifact
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.settings import ForestParams, GaussianNbParams, HeadParams, MusicnnParams, TrainParams
from genrekit.pipeline.trainers import head_trainer, trainer_of, trainers_of, view_rows
from genrekit.pipeline.training_data import TrackRows, TrainingData
from genrekit.sessions import open_session

N_TRACKS = 12


def make_data() -> TrainingData:
    """Tracks of two genres, three clips each; the first of the 57 features tells the genre."""
    genre = np.arange(N_TRACKS) % 2
    tracks = tuple(Track(f"t{i}", "ab"[i % 2], None, f"t{i}", "whole", "", has_taggram=False) for i in range(N_TRACKS))
    track = np.repeat(np.arange(N_TRACKS), 3)
    values = np.random.default_rng(0).normal(0, 1, (len(track), 57)).astype(np.float32)
    values[:, 0] += 5 * genre[track]
    none, table = TrackRows(np.zeros(0, np.int64), np.zeros((0, 1), np.float32)), np.zeros((0, 57), np.float32)
    return TrainingData(
        tracks,
        ("a", "b"),
        genre,
        none,
        none,
        none,
        none,
        TrackRows(track, values),
        TrackRows(np.zeros(0, np.int64), table),
    )


def test_the_settings_say_which_member_is_trained():
    data = make_data()
    train = trainer_of(ForestParams(trees=20, least_rows=2, share=1.0), b"")
    trained = train(data, np.arange(N_TRACKS) < 8)
    unseen = view_rows(data, "forest").of(np.arange(N_TRACKS) >= 8)
    assert np.array_equal(trained.log_proba(unseen.values).argmax(axis=1), data.genre[unseen.track])
    assert trained.epochs == ()


def test_gaussian_naive_bayes_is_a_member_like_the_others():
    data = make_data()
    trained = trainer_of(GaussianNbParams(), b"")(data, np.arange(N_TRACKS) < 8)
    unseen = view_rows(data, "gaussian_nb").of(np.arange(N_TRACKS) >= 8).values
    (log_proba,) = open_session(trained.export()).run(None, {"features": unseen})
    np.testing.assert_allclose(log_proba, trained.log_proba(unseen), atol=1e-2, rtol=1e-3)
    assert np.mean(log_proba.argmax(axis=1) == np.repeat(data.genre[8:], 3)) > 0.9


def test_of_a_trainings_members_those_that_learn_from_features_are_trained_here():
    chosen = TrainParams(members=("forest", "cnn", "gaussian_nb"), forest=ForestParams(trees=5, least_rows=2))
    trainers = trainers_of(chosen, b"")
    assert list(trainers) == ["forest", "gaussian_nb"]
    data = make_data()
    for name, train in trainers.items():
        scores = train(data, np.ones(N_TRACKS, bool)).log_proba(view_rows(data, name).values)
        assert scores.shape == (len(view_rows(data, name).track), len(data.genres))


def test_trained_twice_it_is_exported_to_the_same_bytes():
    data, everything = make_data(), np.ones(N_TRACKS, bool)
    first, second = (trainer_of(ForestParams(trees=5), b"")(data, everything).export() for _ in range(2))
    assert first == second


BACKBONE = read_artifact().files["backbone.onnx"]


def make_heard(n_tracks: int = 16) -> TrainingData:
    """Recordings alone, no published tags: embeddings that lean by genre."""
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
    trained = head_trainer(BACKBONE, MusicnnParams(head=HeadParams(within=within)))(data, np.ones(16, bool))
    right = trained.log_proba(data.clean.values).argmax(axis=1) == data.genre[data.clean.track]
    assert right.mean() > 0.95


def test_what_changes_within_tracks_matters_only_where_it_is_asked_for():
    data = make_heard()
    plain, steady = (
        head_trainer(BACKBONE, MusicnnParams(head=HeadParams(within=within)))(data, np.ones(16, bool))
        for within in (0.0, 1.0)
    )
    assert not np.allclose(plain.log_proba(data.clean.values), steady.log_proba(data.clean.values), atol=1e-3)
