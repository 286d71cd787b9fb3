"""The forest on the classic features."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genrekit.graph_check import check_graph
from genrekit.pipeline.members.forest import Forest, export_forest, train_forest
from genrekit.pipeline.members.rows import TrainingRows
from genrekit.pipeline.settings import ForestParams
from genrekit.sessions import open_session

PARAMS = ForestParams(trees=20)
N_GENRES = 3


def make_rows(n_rows: int, seed: int) -> TrainingRows:
    """The first feature tells the genre, in steps; the other 56 tell nothing."""
    rng = np.random.default_rng(seed)
    genre = np.arange(n_rows) % N_GENRES
    values = rng.normal(0, 1, (n_rows, 57))
    values[:, 0] += 4 * genre
    return TrainingRows(values.astype(np.float32), genre, np.ones(n_rows))


@pytest.fixture(scope="module")
def forest() -> Forest:
    return train_forest(make_rows(600, seed=0), PARAMS)


def test_finds_the_feature_that_tells_the_genre(forest: Forest) -> None:
    fresh = make_rows(300, seed=1)
    assert np.mean(forest.log_proba(fresh.values).argmax(axis=1) == fresh.genre) > 0.85


def test_probabilities_sum_to_one_and_rule_nothing_out(forest: Forest) -> None:
    proba = np.exp(forest.log_proba(make_rows(300, seed=1).values))
    assert proba.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert proba.min() >= PARAMS.floor / (1 + N_GENRES * PARAMS.floor) - 1e-9


def test_the_exported_graph_says_the_same(forest: Forest) -> None:
    values = make_rows(300, seed=1).values
    (log_proba,) = open_session(export_forest(forest)).run(None, {"features": values})
    np.testing.assert_allclose(log_proba, forest.log_proba(values), atol=1e-5)


def test_an_artifact_may_hold_it(forest: Forest) -> None:
    check_graph("forest.onnx", export_forest(forest))


def test_the_same_bytes_for_the_same_seed_and_others_for_another(forest: Forest) -> None:
    rows = make_rows(600, seed=0)
    assert export_forest(train_forest(rows, PARAMS)) == export_forest(forest)
    assert export_forest(train_forest(rows, ForestParams(trees=20, seed=1))) != export_forest(forest)


def test_only_the_proportions_of_weights_matter(forest: Forest) -> None:
    rows = make_rows(600, seed=0)
    heavy = train_forest(replace(rows, weight=rows.weight * 1024), PARAMS)
    assert export_forest(heavy) == export_forest(forest)


def test_a_genre_of_more_weight_is_said_more_often() -> None:
    rows = make_rows(300, seed=0)
    weight = np.where(rows.genre == 1, 20.0, 1.0)
    fresh = make_rows(300, seed=2).values
    of_one = [np.exp(train_forest(replace(rows, weight=w), PARAMS).log_proba(fresh)[:, 1]).mean()
              for w in (rows.weight, weight)]  # fmt: skip
    assert of_one[0] < of_one[1]
