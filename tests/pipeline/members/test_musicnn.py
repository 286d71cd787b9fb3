import numpy as np
import pytest

from genrekit.graph_check import check_graph
from genrekit.pipeline.members.musicnn import HeadParams, export_head, train_musicnn
from genrekit.pipeline.members.rows import TrainingRows
from genrekit.steps.members import load_member
from genrekit.values import View

GENERATOR = np.random.default_rng(0)
GENRE = np.arange(240) % 3
CENTERS = GENERATOR.normal(0, 1, (3, 20))
VALUES = (CENTERS[GENRE] + GENERATOR.normal(0, 1, (240, 20)) + 5).astype(np.float32)
ROWS = TrainingRows(VALUES, GENRE, np.ones(240))
# One tag a genre, which points where that genre lies.
TAG_WEIGHTS = (CENTERS - CENTERS.mean(axis=0)).T
OWN = np.eye(3)


def trained(rows=ROWS, **params):
    return train_musicnn(rows, TAG_WEIGHTS, OWN, HeadParams(**params))


def accuracy(head):
    return np.mean(head.log_proba(VALUES).argmax(axis=1) == GENRE)


def test_it_learns_what_can_be_learnt():
    assert accuracy(trained(looseness=0.1, prior=0.0)) > 0.9


def test_without_data_to_speak_of_it_says_what_the_tags_say():
    tight = {"looseness": 1e-9}
    assert accuracy(trained(**tight, prior=2.0)) > 0.9
    blank = trained(**tight, prior=0.0).log_proba(VALUES)
    assert blank == pytest.approx(np.full((240, 3), np.log(1 / 3)), abs=1e-3)


def test_the_minimum_is_found():
    head = trained(looseness=0.05, prior=1.0)
    scale = VALUES.std(axis=0, dtype=np.float64) + 1e-6
    standard = (VALUES - VALUES.mean(axis=0, dtype=np.float64)) / scale
    weights = head.weights * scale[:, None]
    tags = TAG_WEIGHTS * scale[:, None]
    prior = tags / (standard @ tags).std(axis=0)
    proba = np.exp(head.log_proba(VALUES).astype(np.float64))
    slope = 0.05 * standard.T @ (proba - OWN[GENRE]) + weights - prior
    assert np.abs(slope).max() < 0.02


def test_a_row_of_twice_the_weight_counts_like_two():
    doubled = TrainingRows(np.concatenate([VALUES, VALUES[:50]]), np.append(GENRE, GENRE[:50]), np.ones(290))
    heavier = TrainingRows(VALUES, GENRE, np.where(np.arange(240) < 50, 2.0, 1.0))
    # Standardisation sees rows, not weights: compare by what is said, loosely.
    first, second = (trained(rows, looseness=0.05, prior=0.0).log_proba(VALUES) for rows in (doubled, heavier))
    assert np.mean(first.argmax(axis=1) == second.argmax(axis=1)) > 0.97


def test_the_exported_graph_says_the_same():
    head = trained()
    model = export_head(head)
    check_graph("musicnn.onnx", model)
    rows = GENERATOR.normal(5, 3, (500, 20)).astype(np.float32)
    scores = load_member("musicnn", "embedding", 1.0, model).score(View(rows, np.zeros((500, 2))))
    assert scores.log_proba == pytest.approx(head.log_proba(rows), abs=1e-5)


def test_the_same_rows_make_the_same_bytes():
    assert export_head(trained()) == export_head(trained())
