import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genrekit.steps.ensemble import Combination, combine_timeline, combine_track
from genrekit.values import MemberScores

GENRES = ("a", "b", "c")
LOGITS = hnp.arrays(np.float32, st.tuples(st.integers(1, 6), st.just(3)), elements=st.floats(-20, 20, width=32))


def scores_of(rows, seconds=2.0):
    rows = np.asarray(rows, np.float32)
    log_proba = rows - np.log(np.exp(rows - rows.max()).sum(axis=1, keepdims=True)) - rows.max()
    starts = np.arange(len(rows)) * seconds
    return MemberScores(log_proba.astype(np.float32), np.stack([starts, starts + seconds], axis=1))


@given(LOGITS, LOGITS, st.floats(0.1, 3))
def test_probabilities_sum_to_one(first, second, sharpness):
    proba = combine_track([scores_of(first), scores_of(second)], Combination(GENRES, (1, 2), sharpness))
    assert list(proba) == list(GENRES)
    assert sum(proba.values()) == pytest.approx(1)


@given(LOGITS)
def test_one_member_alone_with_sharpness_one_says_its_mean_log_probability(rows):
    scores = scores_of(rows)
    expected = np.exp(scores.log_proba.mean(axis=0, dtype=np.float64))
    proba = combine_track([scores], Combination(GENRES, (0.3,), 1.0))
    assert list(proba.values()) == pytest.approx(expected / expected.sum(), abs=1e-9)


def test_sharpness_changes_how_sure_but_not_what():
    scores = [scores_of([[1.0, 0.5, 0.0]])]
    blunt, sharp = (combine_track(scores, Combination(GENRES, (1.0,), sharpness)) for sharpness in (0.5, 2.0))
    assert max(blunt, key=blunt.get) == max(sharp, key=sharp.get) == "a"
    assert sharp["a"] > blunt["a"]


def test_a_floor_is_given_to_all_alike_and_changes_no_answer():
    scores = [scores_of([[9.0, 0.5, 0.0]])]
    bare, floored = (combine_track(scores, Combination(GENRES, (1.0,), 2.0, floor)) for floor in (0.0, 0.3))
    assert floored == pytest.approx({genre: 0.7 * share + 0.1 for genre, share in bare.items()})
    assert max(floored, key=floored.get) == "a"


def test_weights_matter_relative_to_each_other():
    members = [scores_of([[2.0, 0.0, 0.0]]), scores_of([[0.0, 1.0, 0.0]])]
    light, heavy = (combine_track(members, Combination(GENRES, weights, 1.0)) for weights in ((1, 3), (10, 30)))
    assert light == pytest.approx(heavy)
    assert max(light, key=light.get) == "b"


def test_the_timeline_of_a_member_with_the_same_clips_is_that_member():
    scores = scores_of([[3.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    first, second = combine_timeline([scores], Combination(GENRES, (1.0,), 1.0), scores.spans)
    assert (first.start, first.end, first.genre) == (0.0, 2.0, "a")
    assert (second.start, second.end, second.genre) == (2.0, 4.0, "b")
    assert list(first.proba.values()) == pytest.approx(np.exp(scores.log_proba[0]).tolist())


def test_rows_count_by_how_much_of_a_stretch_they_cover():
    scores = scores_of([[3.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    [mostly_second] = combine_timeline([scores], Combination(GENRES, (1.0,), 1.0), np.array([[1.5, 4.0]]))
    assert mostly_second.genre == "b"


def test_a_stretch_that_nobody_heard_is_left_out():
    scores = scores_of([[3.0, 0.0, 0.0]])
    clips = combine_timeline([scores], Combination(GENRES, (1.0,), 1.0), np.array([[0.0, 2.0], [2.0, 4.0]]))
    assert [clip.start for clip in clips] == [0.0]
