import numpy as np
import pytest

from genrekit.pipeline.combination import crossed
from genrekit.pipeline.held_out import unmistakable
from tests.pipeline.predicting import make_predictions


@pytest.fixture(scope="module")
def predictions():
    return make_predictions()


def test_clips_are_of_the_fold_and_surely_told_by_the_other_shuffles(predictions):
    clips = unmistakable(predictions, "good", 1)
    assert clips
    proba = crossed(predictions, ["good"])[1:]
    for name, genre in clips.items():
        place = predictions.names.index(name)
        assert predictions.folds[0, place] == 1
        assert predictions.genres[predictions.truth[place]] == genre
        assert np.all(proba[:, place, predictions.truth[place]] >= 0.75)


def test_there_are_a_handful_a_genre_at_most(predictions):
    genres = list(unmistakable(predictions, "good", 0).values())
    assert all(genres.count(genre) <= 2 for genre in genres)


def test_a_member_that_is_sure_of_nothing_names_none(predictions):
    flat = make_predictions()
    unsure = {name: np.full_like(rows, np.log(1 / 3)) for name, rows in flat.log_proba.items()}
    assert unmistakable(type(flat)(*[getattr(flat, f) for f in flat.__slots__[:-1]], unsure), "good", 0) == {}
