import numpy as np
import pytest

import clipfeat
from genrekit.artifact import FeatureSummary
from genrekit.service.drift import MIN_TRACKS, WINDOW, Drift, group_of, stability_index

NORMAL = (-1.2816, -0.8416, -0.5244, -0.2533, 0.0, 0.2533, 0.5244, 0.8416, 1.2816)
SUMMARY = FeatureSummary(("mfcc1_mean", "tempo"), (NORMAL, NORMAL))


def test_equal_shares_have_an_index_near_zero():
    assert stability_index([number % 10 for number in range(1000)], 10) == pytest.approx(0, abs=1e-9)


def test_the_index_is_that_of_the_formula():
    bins = [0] * 300 + [1] * 100
    observed = np.array([300.5, 100.5, 0.5, 0.5])
    share = observed / observed.sum()
    assert stability_index(bins, 4) == pytest.approx(float(((share - 0.25) * np.log(share / 0.25)).sum()))


def test_what_looks_like_the_training_data_is_stable_and_what_does_not_is_seen_in_its_group():
    random, drift = np.random.default_rng(0), Drift(SUMMARY)
    for _ in range(WINDOW):
        drift.add([random.normal(), random.normal() + 1.5])
    groups = drift.by_group()
    assert groups["timbre"] < 0.1
    assert groups["rhythm"] > 0.25


def test_few_tracks_say_nothing():
    drift = Drift(SUMMARY)
    for _ in range(MIN_TRACKS - 1):
        drift.add([0.0, 0.0])
    assert drift.by_group() == {}
    drift.add([0.0, 0.0])
    assert set(drift.by_group()) == {"timbre", "rhythm"}


def test_without_a_summary_or_features_nothing_is_counted():
    drift = Drift(None)
    drift.add([1.0])
    assert drift.by_group() == {}
    counted = Drift(SUMMARY)
    for _ in range(MIN_TRACKS):
        counted.add([])
    assert counted.by_group() == {}


def test_old_tracks_leave_the_window():
    drift = Drift(SUMMARY)
    for _ in range(3 * WINDOW):
        drift.add([0.0, 0.0])
    assert len(drift._recent) == WINDOW


def test_every_feature_has_a_group_and_the_groups_are_few():
    groups = {group_of(name) for name in clipfeat.TABULAR_NAMES}
    assert {"timbre", "harmony", "rhythm", "level", "spectrum"} <= groups
    assert len(groups) <= 6
