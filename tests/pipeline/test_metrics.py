import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.pipeline import metrics

TRUTH = np.array([0, 0, 0, 1])
# Three of four right; the rare genre is missed.
PROBA = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])


def random_predictions(n_tracks, seed):
    generator = np.random.default_rng(seed)
    proba = generator.dirichlet(np.ones(4), n_tracks)
    return proba, generator.integers(0, 4, n_tracks)


def test_accuracy_counts_tracks_and_balanced_accuracy_counts_genres():
    assert metrics.accuracy(PROBA, TRUTH) == 0.75
    assert metrics.balanced_accuracy(PROBA, TRUTH) == 0.5


def test_f1_is_zero_for_a_genre_never_found():
    assert metrics.f1_by_genre(PROBA, TRUTH) == pytest.approx([6 / 7, 0.0])


def test_confusion_has_true_genres_in_rows():
    assert metrics.confusion_matrix(PROBA, TRUTH).tolist() == [[3, 0], [1, 0]]


def test_the_brier_score_is_the_mean_squared_distance_from_the_truth():
    assert metrics.brier_score(np.eye(4), np.arange(4)) == 0
    assert metrics.brier_score(np.eye(4), np.array([1, 2, 3, 0])) == 2
    assert metrics.brier_score(np.full((3, 4), 0.25), np.array([0, 1, 2])) == pytest.approx(0.75)


def test_log_loss_is_the_mean_surprise():
    assert metrics.log_loss(PROBA, TRUTH) == pytest.approx(-np.mean(np.log([0.9, 0.8, 0.7, 0.4])))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    sure = np.tile([0.95, 0.05], (100, 1))
    assert metrics.calibration_error(sure, np.zeros(100, int)) == pytest.approx(0.05)
    assert metrics.calibration_error(sure, np.ones(100, int)) == pytest.approx(0.95)
    assert metrics.calibration_error(sure, (np.arange(100) >= 95).astype(int)) == pytest.approx(0.0, abs=1e-9)


def test_coverage_keeps_the_most_confident():
    assert metrics.coverage_curve(PROBA, TRUTH, [0.75, 1.0]) == {"0.75": 1.0, "1": 0.75}


@given(st.integers(1, 200), st.integers(0, 99))
def test_figures_stay_within_their_bounds(n_tracks, seed):
    proba, truth = random_predictions(n_tracks, seed)
    assert metrics.confusion_matrix(proba, truth).sum() == n_tracks
    assert 0 <= metrics.calibration_error(proba, truth) <= 1
    assert all(0 <= value <= 1 for value in metrics.f1_by_genre(proba, truth))


def test_an_interval_by_groups_is_wider_where_groups_agree_within():
    values = np.repeat(np.arange(20) % 2, 10).astype(float)
    alone = metrics.group_interval(values, [str(index) for index in range(200)])
    grouped = metrics.group_interval(values, [str(index // 10) for index in range(200)])
    assert grouped[0] < alone[0] < 0.5 < alone[1] < grouped[1]


def test_a_summary_holds_its_own_accuracy_inside_its_interval():
    proba, truth = random_predictions(100, 1)
    summary = metrics.summarise(proba, truth, [str(index) for index in range(100)])
    assert summary["tracks"] == 100
    assert summary["interval"][0] <= summary["accuracy"] <= summary["interval"][1]
