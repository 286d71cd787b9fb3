"""When a new artifact becomes the champion: better than the one before, out of fold, beyond what chance explains.

The gate is a paired bootstrap over groups (artists): of the tracks that both were asked, out of fold, the gain in hits
is averaged over the shuffles and drawn anew, artist by artist. The new one wins if at least ``confidence`` of the draws
favour it. Nothing else moves the alias; see the page on the gate in the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.combination import crossed
from genrekit.pipeline.metrics import group_interval
from genrekit.pipeline.out_of_fold import OutOfFold
from genrekit.pipeline.paired import not_better

LEAST_TRACKS: Final = 10
"""That both must have been asked; below, nothing can be told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says.

    Attributes:
        moves: whether the new one becomes the champion.
        reason: in one sentence.
        difference: of the accuracies on the common tracks, new minus old; 0 where nothing was compared.
        interval: 95 % interval of the difference, drawn by group.
        tracks: compared.
    """

    moves: bool
    reason: str
    difference: float = 0.0
    interval: tuple[float, float] = (0.0, 0.0)
    tracks: int = 0


def judge(new: OutOfFold, champion: OutOfFold | None, confidence: float, seed: int = 0) -> Verdict:
    """Compare a new artifact with the champion by what their members said out of fold.

    Args:
        new: predictions of the new artifact's members.
        champion: of the champion's; None where there is none yet.
        confidence: share of the draws that has to favour the new one.
        seed: of the draws.
    """
    if champion is None:
        return Verdict(True, "the first one")
    if new.genres != champion.genres:
        return Verdict(False, "it tells other genres than the champion, so that the two cannot be compared")
    common = sorted(set(new.names) & set(champion.names))
    if len(common) < LEAST_TRACKS:
        return Verdict(False, f"only {len(common)} tracks were asked of both; {LEAST_TRACKS} are needed to compare")
    place = {name: index for index, name in enumerate(new.names)}
    truth = new.truth[[place[name] for name in common]]
    groups = [new.groups[place[name]] for name in common]
    gain = _hits(new, common, truth) - _hits(champion, common, truth)
    worse = not_better(gain, groups, seed)
    difference, interval = float(gain.mean()), group_interval(gain, groups, seed)
    found = f"{100 * difference:+.1f} points on {len(common)} tracks, better in {100 * (1 - worse):.1f} % of the draws"
    wanted = f"{100 * confidence:g} % are asked for"
    return Verdict(1 - worse >= confidence, f"{found}; {wanted}", difference, interval, len(common))


def _hits(predictions: OutOfFold, names: list[str], truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the shuffles in which each of these tracks is answered rightly, float (n_tracks,).

    By the ensemble, its weights and calibration learnt on the other folds.
    """
    place = {name: index for index, name in enumerate(predictions.names)}
    asked = crossed(predictions, list(predictions.log_proba))[:, [place[name] for name in names]]
    return np.asarray(np.mean(asked.argmax(axis=2) == truth, axis=0), dtype=np.float64)
