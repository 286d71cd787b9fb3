from dataclasses import replace

import numpy as np
import pytest

from genrekit.pipeline.checks import drift
from genrekit.pipeline.checks.check import Status
from genrekit.pipeline.training_data import TrackRows
from tests.pipeline.made_data import N_TRACKS, make_data


def by_name(checks):
    return {check.name: check for check in checks}


def test_a_fold_of_other_sound_is_found():
    dataset, data = make_data()
    fold = np.array(list(dataset.folds["fold_a"].values()))
    moved = data.clips.values + 50 * (fold == 2)[data.clips.track][:, None].astype(np.float32)
    name = "features of a fold against the others"
    before = by_name(drift.check_drift(dataset, data))[name]
    after = by_name(drift.check_drift(dataset, replace(data, clips=TrackRows(data.clips.track, moved))))[name]
    assert after.value == pytest.approx(1.0)
    assert after.status is Status.FAILED
    assert before.value < after.value


def test_kinds_are_compared_and_told_only():
    check = by_name(drift.check_drift(*make_data()))["features of excerpts against whole tracks"]
    assert check.status is Status.REPORTED
    assert 0 <= check.value <= 1


def test_one_kind_alone_has_nothing_to_be_compared_with():
    dataset, data = make_data()
    same = replace(data, tracks=tuple(replace(track, kind="whole") for track in data.tracks))
    assert by_name(drift.check_drift(dataset, same))["features of excerpts against whole tracks"].value is None


def test_a_fold_without_a_genre_is_found():
    dataset, data = make_data()
    folds = {"fold_a": {track.name: "ab".index(track.genre) for track in dataset.tracks}}
    check = by_name(drift.check_drift(replace(dataset, folds=folds), data))["genres of a fold against all"]
    assert (check.value, check.status) == (0.5, Status.FAILED)


def test_a_tracks_features_are_the_mean_of_its_clips():
    _, data = make_data()
    values = drift.track_features(data.clips, N_TRACKS + 1)
    assert values[3] == pytest.approx(data.clips.values[data.clips.track == 3].mean(axis=0), rel=1e-5)
    assert np.isnan(values[N_TRACKS]).all()
