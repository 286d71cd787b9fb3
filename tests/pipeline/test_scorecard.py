"""The report of a set of predictions."""

from __future__ import annotations

import json

import numpy as np
import pytest

from genrekit.pipeline.scorecard import score

GENRES = ("a", "b", "c")
TRUTH = np.array([0, 0, 0, 0, 1, 1, 2, 2])
GROUPS = ["x", "x", "y", "y", "z", "z", "w", "w"]


def certain(answers: list[int], confidence: float = 1.0) -> np.ndarray:
    proba = np.full((1, len(answers), 3), (1 - confidence) / 2)
    proba[0, np.arange(len(answers)), answers] = confidence
    return proba


def test_all_right_is_all_right() -> None:
    card = score(certain(TRUTH.tolist()), TRUTH, GROUPS, GENRES, 0.5)
    assert (card["accuracy"], card["balanced"], card["interval"]) == (1.0, 1.0, [1.0, 1.0])
    assert (card["tracks"], card["groups"], card["most_common"]) == (8, 4, 0.5)
    assert card["sure"] == {"threshold": 0.5, "share": 1.0, "accuracy": 1.0}
    assert card["calibration_error"] == pytest.approx(0)


def test_genres_have_recall_and_precision() -> None:
    card = score(certain([0, 0, 0, 1, 1, 1, 1, 1]), TRUTH, GROUPS, GENRES, 0.5)
    assert card["by_genre"]["a"] == {"tracks": 4, "recall": 0.75, "precision": 1.0, "f1": pytest.approx(6 / 7)}
    assert card["by_genre"]["b"]["precision"] == pytest.approx(2 / 5)
    assert (card["by_genre"]["c"]["recall"], card["by_genre"]["c"]["precision"]) == (0, 0)
    assert card["confusion"][2] == [0, 2, 0]
    assert card["balanced"] == pytest.approx((0.75 + 1 + 0) / 3)


def test_shuffles_are_averaged() -> None:
    proba = np.concatenate([certain(TRUTH.tolist()), certain([1] * 8)])
    card = score(proba, TRUTH, GROUPS, GENRES, 0.5)
    assert card["accuracy"] == pytest.approx((1 + 2 / 8) / 2)


def test_unsure_answers_are_left_out_of_the_sure_ones() -> None:
    proba = certain(TRUTH.tolist(), 0.9)
    proba[0, :2] = [0.3, 0.4, 0.3]
    card = score(proba, TRUTH, GROUPS, GENRES, 0.5)
    assert card["sure"] == {"threshold": 0.5, "share": 0.75, "accuracy": 1.0}
    assert card["coverage"]["0.7"] == 1.0
    assert score(proba, TRUTH, GROUPS, GENRES, 0.95)["sure"]["accuracy"] == 0


def test_it_is_json() -> None:
    card = score(certain(TRUTH.tolist()), TRUTH, GROUPS, GENRES, 0.5)
    assert json.loads(json.dumps(card)) == card
