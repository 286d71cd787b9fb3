"""Whether what is heard still looks like what was learnt: the population stability index of the features.

For each feature, recent tracks are counted by the ten bins between the training deciles; with shares q of them and
the tenth p that training had in each, PSI = sum((q - p) * ln(q / p)). Below 0.1 counts as stable, above 0.25 as
changed (Siddiqi, Credit Risk Scorecards, 2006). With fewer tracks than a window the index is larger by chance:
about 9 / n for n tracks.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from typing import Final

from genrekit.artifact import FeatureSummary

WINDOW: Final = 500
MIN_TRACKS: Final = 100
_GROUPS: Final = (
    ("mfcc", "timbre"),
    ("chroma", "harmony"),
    ("tempo", "rhythm"),
    ("rms", "level"),
    ("harm", "texture"),
    ("perc", "texture"),
)


class Drift:
    """The last tracks, by bins."""

    def __init__(self, summary: FeatureSummary | None) -> None:
        self._summary = summary
        self._recent: deque[tuple[int, ...]] = deque(maxlen=WINDOW)

    def add(self, features: Sequence[float]) -> None:
        """Count one track; values in the order of the summary's names, nothing if they were not computed."""
        if self._summary is None or len(features) != len(self._summary.names):
            return
        pairs = zip(self._summary.quantiles, features, strict=True)
        self._recent.append(tuple(bisect_right(quantiles, value) for quantiles, value in pairs))

    def by_group(self) -> dict[str, float]:
        """Mean index of the features of each group; empty before there are enough tracks."""
        if self._summary is None or len(self._recent) < MIN_TRACKS:
            return {}
        groups: dict[str, list[float]] = {}
        columns = zip(*self._recent, strict=True)
        for name, quantiles, column in zip(self._summary.names, self._summary.quantiles, columns, strict=True):
            groups.setdefault(group_of(name), []).append(stability_index(column, len(quantiles) + 1))
        return {group: sum(values) / len(values) for group, values in sorted(groups.items())}


def stability_index(bins: Sequence[int], count: int) -> float:
    """PSI of observed bin numbers against equal shares; half an observation is added to each bin, so none is empty."""
    observed = [0.5] * count
    for number in bins:
        observed[number] += 1
    total, expected = sum(observed), 1 / count
    shares = [value / total for value in observed]
    return sum((share - expected) * math.log(share / expected) for share in shares)


def group_of(name: str) -> str:
    """The group of a feature, told by its name."""
    return next((group for part, group in _GROUPS if part in name), "spectrum")
