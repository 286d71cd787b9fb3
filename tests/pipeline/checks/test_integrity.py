from dataclasses import replace

import numpy as np
import pytest

from genrekit.pipeline.checks.check import Status
from genrekit.pipeline.checks.integrity import check_integrity
from genrekit.pipeline.training_data import TrackRows
from tests.pipeline.made_data import make_data


@pytest.fixture
def healthy(tmp_path):
    """A data set whose sound files are all there."""
    dataset, data = make_data()
    (tmp_path / "x.wav").touch()
    tracks = tuple(replace(track, audio=tmp_path / "x.wav") for track in dataset.tracks)
    return replace(dataset, tracks=tracks), replace(data, tracks=tracks)


def by_name(checks):
    return {check.name: check for check in checks}


def test_a_healthy_set_passes(healthy):
    checks = by_name(check_integrity(*healthy))
    assert {check.status for check in checks.values()} <= {Status.PASSED, Status.SHORT, Status.REPORTED}
    assert checks["tracks of the rarest genre"].value == 20


def test_a_missing_file_fails_and_is_named(healthy, tmp_path):
    dataset, data = healthy
    tracks = (replace(dataset.tracks[0], audio=tmp_path / "gone.wav"), *dataset.tracks[1:])
    check = by_name(check_integrity(replace(dataset, tracks=tracks), data))["sound files that are missing"]
    assert check.status is Status.FAILED
    assert check.table.rows == (("t00", "gone.wav"),)


def test_a_feature_that_is_no_number_fails_and_its_track_is_named(healthy):
    dataset, data = healthy
    values = data.clips.values.copy()
    values[4, 2] = np.nan
    broken = replace(data, clips=TrackRows(data.clips.track, values))
    check = by_name(check_integrity(dataset, broken))["features that are no numbers"]
    assert check.status is Status.FAILED
    assert check.table.rows == (("tabular", "t01"),)


def test_a_constant_feature_fails(healthy):
    dataset, data = healthy
    values = data.clips.values.copy()
    values[:, 3] = 1.5
    constant = replace(data, clips=TrackRows(data.clips.track, values))
    assert by_name(check_integrity(dataset, constant))["features that are constant"].status is Status.FAILED
