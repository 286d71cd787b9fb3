"""Other models by the honest protocol and by the other one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from genrekit.pipeline.compare import (
    PUBLISHED,
    Segments,
    artist_grouped,
    both_protocols,
    fit_table,
    header,
    merge,
    random_segments,
    segments_of,
)
from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.members.comparison import MODELS

DRAWS = 2


def scene() -> tuple[Segments, np.ndarray]:
    """Forty tracks of twelve segments; a segment tells its track, and its genre not at all."""
    rng = np.random.default_rng(0)
    genre = np.arange(40) // 2 % 2
    track = np.repeat(np.arange(40), 12)
    values = rng.normal(0, 1, (40, 57))[track] + rng.normal(0, 0.01, (480, 57))
    folds = np.stack([np.arange(40) // 2 % 5, np.arange(40) // 4 % 5])
    return Segments(track, genre, tuple(f"artist{place // 2}" for place in range(40)), folds), values


def test_no_group_is_ever_on_both_sides():
    segments, _ = scene()
    groups = np.array(segments.groups)

    def fit(learnt, tested):
        assert not set(groups[segments.track[learnt]]) & set(groups[segments.track[tested]])
        return np.eye(2)[segments.truth[tested]]

    figures = artist_grouped(fit, segments)
    assert figures["segment"] == {"accuracy": 1, "interval": [1, 1]}
    assert figures["track"]["accuracy"] == 1


def test_a_tracks_answer_is_that_of_all_its_segments():
    segments, _ = scene()

    def fit(learnt, tested):
        # Of a track's twelve segments three are sure and right, nine are a little wrong.
        sure = np.where(tested % 4 == 0, 4.0, -1.0)
        return np.eye(2)[segments.truth[tested]] * sure[:, None]

    figures = artist_grouped(fit, segments)
    assert figures["segment"]["accuracy"] == pytest.approx(0.25)
    assert figures["track"]["accuracy"] == 1


def test_what_only_recognises_tracks_looks_good_by_random_segments_alone():
    segments, values = scene()
    figures = both_protocols(fit_table("knn", values, segments.truth), segments, DRAWS)
    assert figures["random_segments"]["segment"]["accuracy"] > 0.95
    assert figures["artist_grouped"]["segment"]["accuracy"] < 0.7


def test_draws_differ_and_their_range_is_told():
    segments, _ = scene()
    tested_once = []

    def fit(learnt, tested):
        assert len(tested) == 158
        assert not set(learnt) & set(tested)
        tested_once.append(tuple(tested))
        return np.eye(2)[segments.truth[tested] if len(tested_once) == 1 else 1 - segments.truth[tested]]

    figures = random_segments(fit, segments, DRAWS)["segment"]
    assert figures == {"accuracy": 0.5, "range": [0, 1], "draws": 2}
    assert len(set(tested_once)) == 2


def test_segments_carry_genre_group_and_folds_of_their_tracks():
    tracks = tuple(
        Track(name, genre, Path("x.wav"), f"of {name}", "whole", "", has_taggram=False)
        for name, genre in (("one", "b"), ("two", "a"), ("three", "b"))
    )
    folds = {"fold_a": {"one": 0, "two": 1, "three": 2}, "fold_b": {"one": 4, "two": 4, "three": 4}}
    dataset = DataSet(Path(), tracks, folds)
    segments = segments_of(dataset, tracks, np.array([0, 0, 1, 2]), ["fold_a"])
    assert segments.groups == ("of one", "of two", "of three")
    assert segments.truth.tolist() == [1, 1, 0, 1]
    assert segments.folds.tolist() == [[0, 1, 2]]


def test_figures_of_models_not_asked_for_are_kept(tmp_path: Path):
    segments, _ = scene()
    path = tmp_path / "comparison.json"
    merge(path, {"svc": {"a": 1}, "knn": {"a": 2}}, header(segments))
    merge(path, {"knn": {"a": 3}}, header(segments))
    written = json.loads(path.read_text())
    assert written["models"] == {"knn": {"a": 3}, "svc": {"a": 1}}
    assert written["segments"] == 480


def test_every_model_stands_beside_a_published_figure():
    assert set(MODELS) | {"lstm", "cnn"} == set(PUBLISHED)
