"""Tracks that need a look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.pipeline.datasets.faults import Repetition, find_doubts, find_repetitions, joined_groups

N_DIMS = 64


def make_tracks(count: int, patches: int, seed: int = 0) -> list[np.ndarray]:
    """Tracks of one kind of music: means that are alike, and patches that wander each in its own way."""
    generator = np.random.default_rng(seed)
    kind = generator.normal(0, 3, N_DIMS)
    means = [kind * (place % 2) + generator.normal(0, 0.3, N_DIMS) for place in range(count)]
    return [(mean + generator.normal(0, 1, (patches, N_DIMS))).astype(np.float32) for mean in means]


def changed(track: np.ndarray, seed: int = 9) -> np.ndarray:
    """As another encoding gives it."""
    return (track + np.random.default_rng(seed).normal(0, 0.25, track.shape)).astype(np.float32)


def places(repetitions: tuple[Repetition, ...]) -> list[tuple[int, int]]:
    return [(pair.first, pair.second) for pair in repetitions]


def test_music_of_one_kind_is_no_repetition() -> None:
    assert find_repetitions(make_tracks(30, 12)) == ()


def test_another_encoding_is_found() -> None:
    tracks = make_tracks(20, 12)
    (pair,) = find_repetitions([*tracks, changed(tracks[4])])
    assert (pair.first, pair.second) == (4, 20)
    assert 0.9 < pair.likeness <= 1


@pytest.mark.parametrize("cut", [slice(2, None), slice(None, 8), slice(1, 9)])
def test_another_cut_is_found(cut: slice) -> None:
    tracks = make_tracks(20, 14)
    assert places(find_repetitions([*tracks, changed(tracks[3][cut])])) == [(3, 20)]


def test_short_tracks_are_the_same_only_where_they_are_all_but_equal() -> None:
    tracks = make_tracks(20, 2)
    assert places(find_repetitions([*tracks, tracks[5] + np.float32(1e-3)])) == [(5, 20)]
    assert find_repetitions([*tracks, changed(changed(tracks[5]), seed=8)]) == ()


@pytest.mark.parametrize("count", [0, 1])
def test_less_than_two_tracks_have_none(count: int) -> None:
    assert find_repetitions(make_tracks(count, 5)) == ()


def test_groups_that_share_a_recording_become_one() -> None:
    pairs = [Repetition(0, 2, 1.0), Repetition(2, 4, 1.0)]
    assert joined_groups(["d", "b", "a", "d", "c"], pairs) == ("a", "b", "a", "a", "a")


@given(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_joining_keeps_what_was_together_and_brings_pairs_together(groups: list[str], random) -> None:
    pairs = [Repetition(*random.sample(range(len(groups)), 2), 1.0) for _ in range(3)]
    joined = joined_groups(groups, pairs)
    assert all(joined[pair.first] == joined[pair.second] for pair in pairs)
    assert all(joined[groups.index(group)] == name for group, name in zip(groups, joined, strict=True))
    assert joined == joined_groups(groups, [replace(pair, first=pair.second, second=pair.first) for pair in pairs])


def make_misfiled() -> tuple[np.ndarray, np.ndarray, set[int]]:
    """Predictions of 200 tracks, what they are filed under, and the twenty that are filed wrongly."""
    generator = np.random.default_rng(5)
    n_genres = int(generator.integers(2, 8))
    truth = np.arange(200) % n_genres
    logits = generator.normal(0, 1.5, (200, n_genres))
    logits[np.arange(200), truth] += generator.uniform(1, 5)
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    swapped = generator.choice(200, 20, replace=False)
    truth[swapped] = (truth[swapped] + 1) % n_genres
    return proba, truth, set(swapped.tolist())


def test_tracks_in_the_wrong_folder_are_doubted_and_few_others() -> None:
    proba, filed, swapped = make_misfiled()
    doubts = find_doubts(proba, filed)
    assert len({doubt.place for doubt in doubts} & swapped) >= 12
    assert len({doubt.place for doubt in doubts} - swapped) <= 8
    assert [doubt.quality for doubt in doubts] == sorted(doubt.quality for doubt in doubts)
    assert all(doubt.sounds == proba[doubt.place].argmax() != doubt.filed for doubt in doubts)


def test_the_same_are_doubted_as_by_cleanlab() -> None:
    proba, filed, _ = make_misfiled()
    # find_label_issues(filed, proba, filter_by="confident_learning") of cleanlab 2.9.0.
    expected = [16, 36, 38, 53, 63, 65, 74, 96, 104, 106, 122, 127, 135, 138, 143, 147, 152, 155, 162]
    assert sorted(doubt.place for doubt in find_doubts(proba, filed)) == expected
