"""The gate: better, worse, noise, and what cannot be compared."""

from dataclasses import replace

import numpy as np
import pytest

from genrekit.pipeline.champion import judge
from tests.pipeline.predicting import N_TRACKS, make_predictions

BOTH = make_predictions()


def only(member, predictions=BOTH):
    return replace(predictions, log_proba={"member": predictions.log_proba[member]})


def right_on(count):
    """Sure and right on the first so many tracks, sure and wrong on the others."""
    said = np.where(np.arange(N_TRACKS) < count, BOTH.truth, (BOTH.truth + 1) % 3)
    rows = np.log(np.full((2, N_TRACKS, 3), 0.05) + 0.85 * np.eye(3)[said]).astype(np.float32)
    return replace(BOTH, log_proba={"member": rows})


def test_the_first_one_is_the_champion():
    assert judge(BOTH, None, 0.95).moves


def test_a_better_one_becomes_the_champion():
    verdict = judge(only("good"), only("poor"), 0.95)
    assert verdict.moves
    assert verdict.interval[0] > 0
    assert verdict.interval[0] <= verdict.difference <= verdict.interval[1]
    assert verdict.tracks == N_TRACKS


def test_a_worse_one_does_not():
    verdict = judge(only("poor"), only("good"), 0.95)
    assert not verdict.moves
    assert verdict.difference < 0


def test_the_same_one_again_does_not():
    verdict = judge(only("good"), only("good"), 0.95)
    assert (verdict.moves, verdict.difference) == (False, 0.0)


def test_one_track_more_is_noise():
    verdict = judge(right_on(41), right_on(40), 0.95)
    assert verdict.difference == pytest.approx(1 / N_TRACKS)
    assert not verdict.moves
    assert "+1.7 points on 60 tracks" in verdict.reason


def test_how_sure_is_sure_enough_is_a_setting():
    new, old = right_on(43), right_on(40)
    assert judge(new, old, 0.7).moves
    assert not judge(new, old, 0.999).moves


def test_the_order_of_the_tracks_does_not_matter():
    turned = only("good")
    place = np.arange(N_TRACKS)[::-1]
    turned = replace(
        turned,
        names=turned.names[::-1],
        truth=turned.truth[place],
        groups=turned.groups[::-1],
        kinds=turned.kinds[::-1],
        folds=turned.folds[:, place],
        log_proba={"member": turned.log_proba["member"][:, place]},
    )
    assert judge(turned, only("poor"), 0.95).difference == pytest.approx(
        judge(only("good"), only("poor"), 0.95).difference
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"genres": ("a", "b", "d")}, "other genres"),
        ({"names": tuple(f"new{n}" for n in range(N_TRACKS))}, "only 0 tracks"),
    ],
)
def test_what_cannot_be_compared_does_not_move_the_alias(change, reason):
    verdict = judge(replace(only("good"), **change), only("poor"), 0.95)
    assert not verdict.moves
    assert reason in verdict.reason
