"""Tracks of a data set that need a look: one recording twice, and tracks that sound like another genre than theirs.

Both look at embeddings and predictions, not at bytes: another encoding, another level or another cut is found as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

# Means of two tracks this alike are compared patch by patch; most are only music of one kind.
_ALIKE: Final = 0.7
# Of how patches wander about their mean. Two recordings of GTZAN reach 0.31, whoever plays; one and the same 0.95 in
# other encodings, and 0.42 or more where its patches begin elsewhere.
_SAME: Final = 0.4
_MOST_LAG: Final = 3
_LEAST_PATCHES: Final = 4
# Of tracks too short to wander: only all but equal means count.
_EQUAL: Final = 0.99


@dataclass(frozen=True, slots=True)
class Repetition:
    """Two tracks that are one recording.

    Attributes:
        first: place of the one that comes first.
        second: place of the other.
        likeness: correlation of what changes within them, or of their means where they are short; at most 1.
    """

    first: int
    second: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """A track whose genre does not sound like what it is filed under.

    Attributes:
        place: of the track.
        filed: place of its genre.
        sounds: place of the genre that it sounds like.
        probability: of that one, by a model that never saw the track.
        quality: probability of what it is filed under, by the same model.
    """

    place: int
    filed: int
    sounds: int
    probability: float
    quality: float


def find_repetitions(embeddings: Sequence[FloatArray]) -> tuple[Repetition, ...]:
    """Pairs of tracks that are one recording, whatever their names, encoding and level.

    Args:
        embeddings: float32 (n_patches, n_dims) of each track, in the order of time.

    Returns:
        In the order of their places.
    """
    if len(embeddings) < 2:
        return ()
    means = np.array([rows.mean(axis=0, dtype=np.float64) for rows in embeddings])
    spread = np.concatenate(embeddings).std(axis=0, dtype=np.float64) + 1e-6
    pointing = _unit((means - means.mean(axis=0)) / spread)
    alike = np.triu(pointing @ pointing.T, k=1)
    pairs = [(int(first), int(second)) for first, second in np.argwhere(alike > _ALIKE)]
    found = []
    for first, second in pairs:
        pair = [(embeddings[place] - means[place]) / spread for place in (first, second)]
        short = min(map(len, pair)) < _LEAST_PATCHES
        likeness = float(alike[first, second]) if short else _wander_together(*pair)
        if likeness > (_EQUAL if short else _SAME):
            found.append(Repetition(first, second, min(likeness, 1.0)))
    return tuple(found)


def _wander_together(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Largest correlation over a few patches of shift, in which all values count alike."""
    most = 0.0
    for lag in range(-_MOST_LAG, _MOST_LAG + 1):
        early, late = (left[lag:], right) if lag >= 0 else (left, right[-lag:])
        shared = min(len(early), len(late))
        if shared < _LEAST_PATCHES:
            continue
        pair = [part[:shared] - part[:shared].mean(axis=0) for part in (early, late)]
        most = max(most, float(np.sum(pair[0] * pair[1]) / (np.linalg.norm(pair[0]) * np.linalg.norm(pair[1]) + 1e-12)))
    return most


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def joined_groups(groups: Sequence[str], repetitions: Sequence[Repetition]) -> tuple[str, ...]:
    """Groups such that the same recording is never in two: those that share one are one.

    Args:
        groups: of the tracks.
        repetitions: pairs of tracks.
    """
    name = {group: group for group in groups}
    for pair in repetitions:
        one, other = sorted((name[groups[pair.first]], name[groups[pair.second]]))
        name = {group: one if joined == other else joined for group, joined in name.items()}
    return tuple(name[group] for group in groups)


def find_doubts(proba: NDArray[np.float64], truth: NDArray[np.int64]) -> tuple[Doubt, ...]:
    """Tracks that are likely filed under the wrong genre, by confident learning (Northcutt, Jiang and Chuang, 2021).

    A genre is believed of a track where its probability reaches the mean that the genre has over the tracks filed under
    it; a track is doubted where the most probable of the genres believed is another one than its own. The same tracks
    as cleanlab's filter ``confident_learning``, without its seconds of start and its libraries.

    Args:
        proba: float (n_tracks, n_genres), out of fold.
        truth: int (n_tracks,), what they are filed under; every genre occurs.

    Returns:
        The least credible first.
    """
    counts = np.bincount(truth, minlength=proba.shape[1])
    own = proba[np.arange(len(truth)), truth]
    usual = np.bincount(truth, weights=own, minlength=proba.shape[1]) / counts
    believed = np.where(proba >= usual - 1e-6, proba, -1.0)
    top = believed.argmax(axis=1)
    suspects = np.flatnonzero((believed.max(axis=1) >= 0) & (top != truth) & (proba.argmax(axis=1) != truth))
    doubts = [
        Doubt(int(place), int(truth[place]), int(top[place]), float(proba[place, top[place]]), float(own[place]))
        for place in suspects
    ]
    return tuple(sorted(doubts, key=lambda doubt: doubt.quality))
