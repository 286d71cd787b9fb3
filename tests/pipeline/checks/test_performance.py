from dataclasses import replace

import numpy as np
import pytest

from genrekit.pipeline.checks import performance
from genrekit.pipeline.checks.check import Status
from genrekit.pipeline.out_of_fold import OutOfFold
from tests.pipeline.made_data import N_TRACKS, make_data


def predictions_of(data, dataset, skill):
    rng = np.random.default_rng(0)
    rows = {}
    for name, strength in {"good": skill, "poor": 0.2}.items():
        logits = rng.normal(0, 1, (1, N_TRACKS, 2))
        logits[0, np.arange(N_TRACKS), data.genre] += strength
        rows[name] = (logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))).astype(np.float32)
    return OutOfFold(
        names=tuple(track.name for track in data.tracks),
        genres=data.genres,
        truth=data.genre,
        groups=tuple(track.group for track in data.tracks),
        kinds=tuple(track.kind for track in data.tracks),
        shuffles=("fold_a",),
        folds=np.array([list(dataset.folds["fold_a"].values())]),
        log_proba=rows,
    )


@pytest.fixture(scope="module")
def checks():
    dataset, data = make_data()
    levels = np.linspace(-30, -10, N_TRACKS)
    found = performance.check_performance(predictions_of(data, dataset, 8.0), ["good"], data, levels)
    return {check.name: check for check in found}


def test_a_good_member_passes_by_all_kinds(checks):
    for name in ("accuracy, all", "accuracy, whole", "accuracy, excerpt", "F1 of the worst genre"):
        assert checks[name].status is Status.PASSED


def test_a_poor_one_fails():
    dataset, data = make_data()
    found = performance.check_performance(predictions_of(data, dataset, 0.0), ["good"], data, np.zeros(N_TRACKS))
    assert {check.name: check for check in found}["accuracy, all"].status is Status.FAILED


def test_baselines_answer_the_same_tracks(checks):
    rows = dict(checks["gain over the best simple baseline"].table.rows)
    assert set(rows) == {"the commonest genre", "naive Bayes", "what ships"}
    assert float(rows["the commonest genre"]) <= 0.6
    assert float(rows["naive Bayes"]) > float(rows["the commonest genre"])


def test_the_ensemble_is_held_against_its_best_member(checks):
    check = checks["ensemble against its best member"]
    assert "does not beat its best member beyond chance" in check.note
    assert dict(check.table.rows)["good"] > dict(check.table.rows)["poor"]


def test_a_weak_slice_is_named():
    hits = np.r_[np.ones(60), np.zeros(30)]
    bad = np.arange(90) >= 60
    check = performance.weak_spots(hits, {"genre x": bad, "genre y": ~bad, "few": np.arange(90) == 89})
    assert check.value == 1
    assert [row[0] for row in check.table.rows if row[3] == "weak"] == ["genre x"]


def test_naive_bayes_never_rules_a_genre_out_for_good():
    _, data = make_data()
    only_a = data.genre == 0
    trained = performance.train_naive_bayes(replace(data), only_a)
    scores = trained.log_proba(data.clips.values)
    assert np.isfinite(scores).all()
    assert (scores.argmax(axis=1) == 0).all()
