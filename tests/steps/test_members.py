from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from genrekit.steps.members import load_member, normalised
from genrekit.values import View
from tests.making import linear_member

VIEW = View(np.random.default_rng(0).normal(0, 100, (7, 57)).astype(np.float32), np.zeros((7, 2)))


def test_normalised_rows_are_log_probabilities_whatever_their_scale():
    rows = normalised(np.array([[0.0, 0.0], [1000.0, 999.0], [-1000.0, -1000.0]], np.float32))
    assert np.exp(rows).sum(axis=1) == pytest.approx([1, 1, 1])
    assert rows[1, 0] - rows[1, 1] == pytest.approx(1.0, abs=1e-3)


def test_a_member_gives_each_row_of_its_view_log_probabilities():
    scores = load_member("m", "tabular", 1.0, linear_member(57, 10)).score(VIEW)
    assert scores.log_proba.shape == (7, 10)
    assert scores.log_proba.dtype == np.float32
    assert np.exp(scores.log_proba).sum(axis=1) == pytest.approx(np.ones(7), abs=1e-5)
    assert scores.spans is VIEW.spans


def test_a_member_may_be_shared_by_threads():
    member = load_member("m", "tabular", 1.0, linear_member(57, 10))
    expected = member.score(VIEW).log_proba
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: member.score(VIEW).log_proba, range(32)))
    assert all(np.array_equal(result, expected) for result in results)
