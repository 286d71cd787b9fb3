import numpy as np
import pytest

from genrekit.graph_check import check_graph
from genrekit.pipeline.members.forest import ForestParams, export_forest, train_forest
from genrekit.pipeline.members.rows import TrainingRows
from genrekit.steps.members import load_member
from genrekit.values import View

GENERATOR = np.random.default_rng(0)
GENRE = np.arange(150) % 3
VALUES = (GENERATOR.normal(0, 1, (150, 57)) + 2 * GENRE[:, None]).astype(np.float32)
ROWS = TrainingRows(VALUES, GENRE, np.ones(150))
PARAMS = ForestParams(trees=20)


@pytest.fixture(scope="module")
def forest():
    return train_forest(ROWS, PARAMS)


def test_it_learns_what_can_be_learnt(forest):
    assert np.mean(forest.log_proba(VALUES).argmax(axis=1) == GENRE) > 0.95


def test_no_genre_is_ruled_out(forest):
    proba = np.exp(forest.log_proba(VALUES))
    assert proba.sum(axis=1) == pytest.approx(np.ones(150), abs=1e-5)
    assert proba.min() >= PARAMS.floor / 2


def test_the_exported_graph_says_the_same(forest):
    model = export_forest(forest)
    check_graph("forest.onnx", model)
    rows = np.concatenate([VALUES, GENERATOR.normal(0, 3, (500, 57)).astype(np.float32)])
    scores = load_member("forest", "tabular", 1.0, model).score(View(rows, np.zeros((len(rows), 2))))
    assert scores.log_proba == pytest.approx(forest.log_proba(rows), abs=1e-5)


def test_the_same_seed_grows_the_same_forest():
    assert export_forest(train_forest(ROWS, PARAMS)) == export_forest(train_forest(ROWS, PARAMS))
