from dataclasses import replace

import numpy as np

from genrekit.pipeline.checks import leakage
from genrekit.pipeline.checks.check import Status
from genrekit.pipeline.training_data import TrackRows
from tests.pipeline.made_data import make_data


def by_name(checks):
    return {check.name: check for check in checks}


def test_folds_by_artist_of_different_music_leak_nothing():
    checks = by_name(leakage.check_leakage(*make_data()))
    assert checks.pop("artists that the published split shares").status is Status.REPORTED
    assert {check.status for check in checks.values()} == {Status.PASSED}


def test_an_artist_in_two_folds_is_found():
    dataset, data = make_data()
    folds = {"fold_a": {**dataset.folds["fold_a"], "t00": 3}}
    check = by_name(leakage.check_leakage(replace(dataset, folds=folds), data))["artists on both sides of a fold"]
    assert check.status is Status.FAILED
    assert check.table.rows == (("fold_a", "artist0"),)


def test_the_same_file_under_two_names_is_found_where_it_straddles():
    dataset, data = make_data()
    tracks = list(dataset.tracks)
    tracks[0], tracks[10] = replace(tracks[0], sha256="f"), replace(tracks[10], sha256="f")
    apart = by_name(leakage.check_leakage(replace(dataset, tracks=tuple(tracks)), data))
    assert apart["identical files on both sides of a fold"].status is Status.PASSED
    tracks[2] = replace(tracks[2], sha256="f")
    straddling = by_name(leakage.check_leakage(replace(dataset, tracks=tuple(tracks)), data))
    assert straddling["identical files on both sides of a fold"].table.rows == (("t00", "t02"),)


def test_nearly_the_same_sound_is_found_whatever_it_is_called():
    dataset, data = make_data()
    values = data.clean.values.copy()
    values[data.clean.track == 20] = values[data.clean.track == 2] + 0.001
    check = by_name(leakage.check_leakage(dataset, replace(data, clean=TrackRows(data.clean.track, values))))[
        "near-duplicates on both sides of a fold"
    ]
    assert check.status is Status.FAILED
    assert check.table.rows[0][:2] == ("t02", "t20")


def test_likeness_is_symmetric_and_one_with_itself():
    _, data = make_data()
    tracks, cosines = leakage.similarities(data.clean)
    assert len(tracks) == len(data.tracks)
    assert np.allclose(cosines, cosines.T)
    assert np.allclose(np.diag(cosines), 1)
