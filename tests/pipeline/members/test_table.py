"""Rows of published tables, brought to one level."""

from __future__ import annotations

import numpy as np
import pytest

import clipfeat
from genrekit.pipeline.members.table import at_level
from genrekit.steps.clips import level_gain
from tests.making import make_music

CONFIG = clipfeat.FeatureConfig(recipe="modern")
COLUMN = {name: index for index, name in enumerate(clipfeat.TABULAR_NAMES)}


def features(samples: np.ndarray) -> np.ndarray:
    return clipfeat.extract_tabular(samples.astype(np.float32), CONFIG)


def levels(rows: np.ndarray) -> np.ndarray:
    return np.sqrt(rows[:, COLUMN["rms_mean"]] ** 2 + rows[:, COLUMN["rms_var"]])


@pytest.mark.parametrize("gain_db", [-30.0, -6.0, 3.0])
def test_a_row_becomes_that_of_the_sound_at_that_level(gain_db: float) -> None:
    samples = make_music(10.0)
    row = features(samples * 10 ** (gain_db / 20))
    expected = features(samples * np.float32(level_gain(samples, -17.0)))
    levelled = at_level(row[None], np.zeros(1, np.int64), -17.0)[0]
    # The pads at both ends make the level by frames a little lower than that of the samples.
    tolerance = np.where(np.abs(expected) > 1e-3, 2e-2 * np.abs(expected), 1e-4)
    tolerance[COLUMN["mfcc1_mean"]] = 1.5
    assert np.all(np.abs(levelled - expected) <= tolerance)


def test_loudness_leaves_no_trace() -> None:
    rows = np.stack([features(make_music(4.0, seed=seed)) for seed in range(2)])
    track = np.arange(2)
    louder = np.stack([features(make_music(4.0, seed=seed) * 1.7) for seed in range(2)])
    np.testing.assert_allclose(at_level(louder, track, -17.0), at_level(rows, track, -17.0), rtol=2e-3, atol=1e-3)


def test_a_quiet_passage_stays_quieter_than_the_rest_of_its_track() -> None:
    samples = make_music(4.0)
    rows = np.stack([features(samples), features(samples * 0.1)])
    together = levels(at_level(rows, np.array([0, 0]), -17.0))
    assert together[1] / together[0] == pytest.approx(0.1, rel=1e-3)
    assert np.sqrt(np.mean(together**2)) == pytest.approx(10 ** (-17 / 20))


def test_tracks_are_levelled_each_by_itself_in_any_order() -> None:
    rows = np.stack([features(make_music(2.0, seed=seed) * gain) for seed, gain in ((0, 1.0), (1, 0.3), (2, 0.01))])
    track = np.array([5, 1, 5])
    together = at_level(rows, track, -17.0)
    alone = at_level(rows[[1]], np.zeros(1, np.int64), -17.0)
    np.testing.assert_allclose(together[1], alone[0])
    np.testing.assert_allclose(at_level(rows[::-1], track[::-1], -17.0)[::-1], together)


def test_what_does_not_hang_on_level_is_left_alone() -> None:
    row = features(make_music(2.0) * 0.2)
    levelled = at_level(row[None], np.zeros(1, np.int64), -17.0)[0]
    touched = {"rms_mean", "rms_var", "harmony_mean", "harmony_var", "perceptr_mean", "perceptr_var", "mfcc1_mean"}
    changed = {
        name for name, before, after in zip(clipfeat.TABULAR_NAMES, row, levelled, strict=True) if before != after
    }
    assert changed == touched
