from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.steps.ensemble import Combination, combine_track
from genrekit.steps.members import normalised
from genrekit.values import MemberScores
from genrekit.webapp.occlusion import deciding_span, supports
from tests.webapp.showing import combined, made_prediction

GENRES = ("blues", "jazz", "rock")


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(2, 12), sharpness=st.floats(0.5, 2.0))
def test_it_is_what_the_ensemble_says_without_the_stretch(seed: int, rows: int, sharpness: float) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (rows, len(GENRES))).astype(np.float32)
    spans = np.stack([np.arange(rows), np.arange(1, rows + 1)], axis=1) * 3.0
    scores = MemberScores(normalised(logits), spans)
    answer = combined(scores, GENRES, sharpness)
    combination = Combination(GENRES, (1.0,), sharpness)
    for index, support in enumerate(supports(answer)):
        kept = np.arange(rows) != index
        without = combine_track([MemberScores(scores.log_proba[kept], spans[kept])], combination)
        assert support.gain == pytest.approx(answer.proba[answer.genre] - without[answer.genre], abs=1e-4)


def test_one_stretch_alone_cannot_be_left_out() -> None:
    assert supports(made_prediction(n_clips=1)) == ()


def test_what_leans_most_towards_the_answer_spoke_most_for_it() -> None:
    gains = [support.gain for support in supports(made_prediction())]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0 > gains[-1]


def test_the_deciding_seconds_are_the_three_strongest_stretches_in_a_row() -> None:
    assert deciding_span(made_prediction()) == (0.0, 9.0)


@pytest.mark.parametrize(("n_clips", "span"), [(0, (0.0, 0.0)), (2, (0.0, 6.0))])
def test_a_short_track_decides_as_a_whole(n_clips: int, span: tuple[float, float]) -> None:
    assert deciding_span(made_prediction(n_clips=n_clips)) == span
