import numpy as np
import pytest

from genrekit.pipeline import protocols
from tests.pipeline.made_data import CLIPS, N_TRACKS, make_data, nearest
from tests.pipeline.predicting import make_predictions


@pytest.fixture(scope="module")
def measured():
    dataset, data = make_data()
    found = protocols.protocols_of(dataset, data)
    return {protocol.name: protocols.measure(protocol, "musicnn", nearest) for protocol in found}


def test_all_four_protocols_are_there_each_by_clip_and_by_track(measured):
    assert list(measured) == [
        "artist-grouped folds",
        "published split, validation part",
        "random tracks",
        "random segments (leaky)",
    ]
    assert all(set(row) == {"clip", "track"} for row in measured.values())


def test_each_accuracy_lies_in_its_interval(measured):
    for row in measured.values():
        for figures in row.values():
            low, high = figures["interval"]
            assert low <= figures["accuracy"] <= high


def test_what_is_scored_is_counted(measured):
    grouped = measured["artist-grouped folds"]
    assert (grouped["track"]["scored"], grouped["clip"]["scored"]) == (N_TRACKS, N_TRACKS * CLIPS)
    assert measured["published split, validation part"]["track"]["scored"] == N_TRACKS // 5
    assert measured["random segments (leaky)"]["track"]["scored"] == N_TRACKS


def test_a_leak_flatters(measured):
    leaky, honest = (measured[name]["clip"]["accuracy"] for name in ("random segments (leaky)", "artist-grouped folds"))
    assert leaky > 0.95
    assert leaky > honest + 0.1


def test_random_folds_share_each_genre_out_evenly():
    genre = np.repeat([0, 1, 2], [10, 21, 7])
    folds = protocols.random_folds(genre)
    for each in range(3):
        counts = np.bincount(folds[genre == each], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_segments_keep_their_genre_and_their_true_track():
    _, data = make_data()
    cut, origin = protocols.as_segments(data)
    assert np.array_equal(cut.genre, data.genre[origin])
    assert np.array_equal(origin[cut.clean.track], data.clean.track)
    assert np.array_equal(np.sort(origin[cut.copies.track]), np.sort(data.copies.track))
    assert len(set(cut.clean.track.tolist())) == len(data.clean.track)


def test_every_pair_of_members_is_compared():
    (pair,) = protocols.paired_tests(make_predictions())
    assert (pair["first"], pair["second"]) == ("good", "poor")
    assert pair["difference"] > 0
    assert pair["worse"] < 0.01
