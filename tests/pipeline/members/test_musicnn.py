"""The head on the backbone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genrekit.graph_check import check_graph
from genrekit.pipeline.members.musicnn import Head, export_head, train_musicnn
from genrekit.pipeline.members.rows import TrainingRows, balance_genres
from genrekit.pipeline.settings import HeadParams
from genrekit.sessions import open_session

N_DIMS, N_GENRES = 20, 4
TAG_WEIGHTS = np.random.default_rng(7).normal(0, 1, (N_DIMS, N_GENRES - 1))
GENRE_TAGS = np.eye(N_GENRES - 1, N_GENRES)
CENTRES = np.random.default_rng(8).normal(0, 1, (N_GENRES, N_DIMS))


def make_rows(n_rows: int, seed: int = 0, spread: float = 1.5) -> TrainingRows:
    """Rows around one centre a genre, in values of very different sizes."""
    rng = np.random.default_rng(seed)
    genre = np.arange(n_rows) % N_GENRES
    values = (CENTRES[genre] + rng.normal(0, spread, (n_rows, N_DIMS))) * np.geomspace(0.1, 10, N_DIMS) + 5
    return TrainingRows(values.astype(np.float32), genre, rng.uniform(0.5, 1.5, n_rows))


def train(rows: TrainingRows, params: HeadParams) -> Head:
    return train_musicnn(rows, TAG_WEIGHTS, GENRE_TAGS, params)


def hits(head: Head, rows: TrainingRows) -> float:
    return float(np.mean(head.log_proba(rows.values).argmax(axis=1) == rows.genre))


def test_learns_genres_that_lie_apart() -> None:
    head = train(make_rows(400), HeadParams(looseness=0.1, prior=0))
    assert hits(head, make_rows(400, seed=1)) > 0.9


def test_without_prior_it_is_the_logistic_regression_of_another_hand() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    rows = make_rows(200)
    values = rows.values.astype(np.float64)
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    other = linear_model.LogisticRegression(C=0.05, tol=1e-8, max_iter=1000)
    expected = other.fit(standard, rows.genre, sample_weight=rows.weight).predict_log_proba(standard)
    head = train(rows, HeadParams(looseness=0.05, prior=0))
    np.testing.assert_allclose(head.log_proba(rows.values), expected, atol=2e-3)


def test_with_next_to_no_evidence_it_says_what_the_tags_say() -> None:
    rows = make_rows(200)
    tags = rows.values @ TAG_WEIGHTS
    standard = np.column_stack([(tags - tags.mean(axis=0)) / tags.std(axis=0), np.zeros(200)])
    log_proba = train(rows, HeadParams(looseness=1e-9, prior=1.6)).log_proba(rows.values)
    contrast = log_proba - log_proba[:, -1:]
    expected = 1.6 * standard
    np.testing.assert_allclose(contrast - contrast.mean(axis=0), expected - expected.mean(axis=0), atol=1e-3)


def test_the_prior_helps_where_tracks_are_few_and_the_tags_are_right() -> None:
    few, many = make_rows(12, spread=3), make_rows(2000, seed=1, spread=3)
    truth = CENTRES - CENTRES[-1]
    directions = (truth[:-1] / np.geomspace(0.1, 10, N_DIMS)).T
    with_prior, without = (
        train_musicnn(few, directions, GENRE_TAGS, HeadParams(looseness=0.01, prior=prior)) for prior in (1.6, 0)
    )
    assert hits(with_prior, many) > hits(without, many)


def test_size_and_origin_of_the_values_do_not_matter() -> None:
    rows = make_rows(200)
    scale, origin = np.geomspace(0.5, 4, N_DIMS), np.linspace(-3, 3, N_DIMS)
    moved = replace(rows, values=(rows.values * scale + origin).astype(np.float32))
    plain = train(rows, HeadParams())
    other = train_musicnn(moved, TAG_WEIGHTS / scale[:, None], GENRE_TAGS, HeadParams())
    np.testing.assert_allclose(other.log_proba(moved.values), plain.log_proba(rows.values), atol=1e-3)


def test_a_row_may_be_split_into_rows_that_share_its_weight() -> None:
    rows = make_rows(100)
    share = np.random.default_rng(1).uniform(0.1, 0.9, 100)
    split = TrainingRows(
        np.tile(rows.values, (2, 1)),
        np.tile(rows.genre, 2),
        np.concatenate([share, 1 - share]) * np.tile(rows.weight, 2),
    )
    whole, parts = train(rows, HeadParams()), train(split, HeadParams())
    np.testing.assert_allclose(whole.log_proba(rows.values), parts.log_proba(rows.values), atol=1e-3)


def test_balanced_weights_lift_a_rare_genre() -> None:
    rows = make_rows(400)
    kept = (rows.genre != 0) | (np.arange(400) < 40)
    rare = TrainingRows(rows.values[kept], rows.genre[kept], np.ones(int(kept.sum())))
    even = replace(rare, weight=balance_genres(rare.genre, rare.weight))
    plain, balanced = (train(which, HeadParams(prior=0)) for which in (rare, even))
    fresh = make_rows(400, seed=3)
    of_rare = [float(np.exp(head.log_proba(fresh.values)[:, 0]).mean()) for head in (plain, balanced)]
    assert of_rare[0] < of_rare[1]


def test_the_same_head_every_time() -> None:
    first, second = (export_head(train(make_rows(100), HeadParams())) for _ in range(2))
    assert first == second


def test_the_exported_graph_says_the_same() -> None:
    rows = make_rows(300)
    head = train(rows, HeadParams())
    session = open_session(export_head(head))
    (log_proba,) = session.run(["log_proba"], {"embedding": rows.values})
    np.testing.assert_allclose(log_proba, head.log_proba(rows.values), atol=1e-5)
    assert np.exp(log_proba).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_an_artifact_may_hold_it() -> None:
    check_graph("musicnn.onnx", export_head(train(make_rows(100), HeadParams())))


def test_without_a_covariance_the_price_of_wandering_is_not_asked() -> None:
    rows = make_rows(100)
    plain, priced = (train(rows, HeadParams(within=within)) for within in (0.0, 5.0))
    assert export_head(plain) == export_head(priced)


def test_what_changes_within_tracks_counts_less() -> None:
    rows = make_rows(400)
    covariance = np.zeros((N_DIMS, N_DIMS))
    covariance[0, 0] = 1e4 * rows.values[:, 0].var()
    params = HeadParams(looseness=0.02, prior=0.0, within=1.0)
    round_, steady = (train_musicnn(rows, TAG_WEIGHTS, GENRE_TAGS, params, known) for known in (None, covariance))
    before, after = (np.abs(head.weights).max(axis=1) for head in (round_, steady))
    assert after[0] < 0.01 * before[0]
    assert after[1:].max() > 0.5 * before[1:].max()


def test_a_price_on_directions_is_a_round_price_in_other_coordinates() -> None:
    rows = make_rows(200)
    scale = rows.values.std(axis=0, dtype=np.float64) + 1e-6
    even = 3.0 * np.diag(scale**2)
    priced = train_musicnn(rows, TAG_WEIGHTS, GENRE_TAGS, HeadParams(0.04, 1.6, 1.0), even)
    plain = train(rows, HeadParams(0.01, 1.6))
    np.testing.assert_allclose(priced.log_proba(rows.values), plain.log_proba(rows.values), atol=1e-3)
