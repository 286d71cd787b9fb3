import numpy as np
import pytest

from genrekit.pipeline.scoring import LEARNT_FROM, score_rows, track_means
from genrekit.pipeline.trainers import Trained
from tests.pipeline.made_data import N_TRACKS, make_data, nearest


def test_every_row_is_scored_by_a_member_that_never_saw_its_track():
    _, data = make_data()
    folds = (np.arange(N_TRACKS) % 4)[None]
    seen = []

    def train(data, inside):
        seen.append(inside)
        return Trained(lambda values: np.full((len(values), 2), len(seen), np.float32), lambda: b"")

    (scores,) = score_rows(data, folds, train, [data.clean])
    for number, inside in enumerate(seen, start=1):
        scored = data.clean.track[scores[0, :, 0] == number]
        assert not inside[scored].any()
    assert not np.isnan(scores).any()


def test_tracks_in_no_fold_are_learnt_from_and_never_scored():
    _, data = make_data()
    folds = np.where(np.arange(N_TRACKS) % 5 == 0, 0, LEARNT_FROM)[None]
    (scores,) = score_rows(data, folds, nearest, [data.clean])
    unscored = np.isnan(scores[0]).any(axis=1)
    assert np.array_equal(unscored, data.clean.track % 5 != 0)
    tracks, means = track_means(data.clean.track, scores)
    assert tracks.tolist() == list(range(0, N_TRACKS, 5))
    assert np.isfinite(means).all()


def test_several_sets_of_rows_are_scored_by_the_same_members():
    _, data = make_data()
    trained = []

    def train(data, inside):
        trained.append(inside)
        return nearest(data, inside)

    first, second = score_rows(data, (np.arange(N_TRACKS) % 2)[None], train, [data.clean, data.copies])
    assert len(trained) == 2
    assert first.shape == second.shape


def test_a_tracks_mean_is_over_its_rows_in_any_order():
    scores = np.array([[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]], np.float32)
    tracks, means = track_means(np.array([7, 3, 7]), scores)
    assert tracks.tolist() == [3, 7]
    assert means[0] == pytest.approx(np.array([[2.0, 3.0], [2.0, 3.0]]))
