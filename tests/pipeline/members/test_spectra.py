"""What networks on frames learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.pipeline.members.spectra import (
    Batch,
    DisturbParams,
    band_scale,
    disturbed,
    draw_batch,
    draw_tracks,
    inner_split,
    mixed,
    windows,
)
from tests.pipeline.members.scenes import N_BANDS, N_GENRES, make_soft, make_spectra

STILL = DisturbParams(band_masks=0, time_masks=0, offset=0, tilt=0, mixup=0)
AS_IT_IS = (np.zeros((N_BANDS, 1), np.float32), np.ones((N_BANDS, 1), np.float32))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_a_track_counts_the_same_in_the_scale_whatever_its_length():
    short, long = np.full((1, 10), 1.0), np.full((1, 1000), 3.0)
    mean, spread = band_scale([short, long])
    assert mean[0, 0] == pytest.approx(2)
    assert spread[0, 0] == pytest.approx(1)


def test_windows_follow_the_rule_of_the_view():
    frames = np.arange(50, dtype=np.float32)[None]
    np.testing.assert_array_equal(windows(frames, 20)[1, 0], frames[0, 20:40])
    assert windows(frames, 20).shape == (2, 1, 20)
    assert windows(frames, 80).shape == (1, 1, 50)


def test_every_genre_is_drawn_as_often():
    genre = np.array([0] * 50 + [1] * 3 + [2] * 7)
    drawn = genre[draw_tracks(genre, 300, rng())]
    assert np.bincount(drawn).tolist() == [100, 100, 100]


def test_an_undisturbed_crop_is_a_stretch_of_its_track():
    spectra = make_spectra()
    batch = draw_batch(spectra, np.array([1]), 20, AS_IT_IS, STILL, rng())
    found = [np.array_equal(batch.values[0], spectra.frames[1][:, start : start + 20]) for start in range(41)]
    assert sum(found) == 1
    assert batch.label.tolist() == [[1, 0, 0]]
    assert batch.proba.tolist() == batch.label.tolist()
    assert batch.outputs.shape == (1, 0)


def test_a_track_shorter_than_a_crop_goes_round():
    spectra = make_spectra()
    values = draw_batch(spectra, np.array([0]), 45, AS_IT_IS, STILL, rng()).values[0]
    np.testing.assert_array_equal(values[:, 30:], values[:, :15])


def test_a_teacher_is_asked_at_the_very_place_of_the_crop():
    soft = make_soft(0)
    assert soft.at(0.0)[0].tolist() == [1, 0, 0]
    np.testing.assert_allclose(soft.at(2.5)[0], [0.75, 0.25, 0])
    np.testing.assert_allclose(soft.at(2.5)[1], [0.75, 0.25])
    assert soft.at(99.0)[0].tolist() == [0, 1, 0]
    batch = draw_batch(make_spectra(taught=True), np.array([1, 3]), 20, AS_IT_IS, STILL, rng())
    assert batch.outputs.shape == (2, 2)
    np.testing.assert_allclose(batch.proba.sum(axis=1), 1)


def test_masks_cover_whole_bands_and_times_and_no_more_than_they_may():
    params = replace(STILL, band_masks=1, band_share=0.25, time_masks=1, time_share=0.1)
    for row in disturbed(np.ones((50, N_BANDS, 40), np.float32), params, rng()):
        bands, times = (row == 0).all(axis=1), (row == 0).all(axis=0)
        assert bands.sum() <= 4
        assert times.sum() <= 4
        assert np.array_equal(row == 0, bands[:, None] | times)


def test_a_tilt_changes_the_balance_of_bands_and_nothing_over_time():
    changed = disturbed(np.zeros((4, N_BANDS, 10), np.float32), replace(STILL, tilt=1.0), rng())
    assert np.ptp(changed, axis=2).max() == 0
    steps = np.diff(changed[:, :, 0], axis=1)
    assert np.ptp(steps, axis=1) == pytest.approx(np.zeros(4), abs=1e-5)
    assert np.abs(steps).max() > 0.01


@given(strength=st.floats(0.05, 2), seed=st.integers(0, 99))
def test_mixing_keeps_targets_distributions_and_mixes_values_alike(strength, seed):
    label = np.eye(N_GENRES, dtype=np.float32)
    batch = mixed(Batch(label[:, :, None], label, label, label), strength, np.random.default_rng(seed))
    np.testing.assert_allclose(batch.label.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(batch.values[:, :, 0], batch.label)
    np.testing.assert_array_equal(batch.outputs, batch.label)
    # Its own share is never the smaller one.
    assert np.all(np.diag(batch.label) >= 0.5 - 1e-6)


def test_the_inner_split_holds_back_whole_groups_of_every_genre():
    spectra = make_spectra(60)
    held = inner_split(spectra.genre, spectra.groups, 0.2, rng())
    groups = np.array(spectra.groups)
    assert not set(groups[held]) & set(groups[~held])
    assert np.bincount(spectra.genre[held], minlength=N_GENRES).min() >= 4
    assert held.mean() == pytest.approx(0.2, abs=0.05)


def test_a_genre_of_one_artist_is_learnt_from():
    held = inner_split(np.array([0, 0, 1, 1]), ("a", "a", "b", "c"), 0.5, rng())
    assert not held[:2].any()


def test_the_same_seed_draws_the_same_batch():
    spectra = make_spectra(taught=True)
    one, other = (draw_batch(spectra, np.arange(8), 20, AS_IT_IS, DisturbParams(), rng()) for _ in range(2))
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(one.proba, other.proba)
