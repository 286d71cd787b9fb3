"""Folds for a data set that brings none: groups whole, genres as even as they can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from genrekit.errors import DATASET_INVALID, DatasetError
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.datasets.settings import FoldParams
from genrekit.pipeline.files import write_whole

FOLDS_NAME: Final = "drawn_folds.csv"


def write_folds(root: Path, tracks: Sequence[Track], params: FoldParams) -> None:
    """Fold the tracks and write ``splits/drawn_folds.csv``, unless other splits lie beside the index.

    Raises:
        DatasetError: a genre has tracks of one group only, so that nothing would be left to learn it from.
    """
    if any(path.name != FOLDS_NAME for path in (root / "splits").glob("*.csv")):
        return
    shuffles = [draw_folds(tracks, count_folds(tracks, params.folds), params.seed + n) for n in range(params.shuffles)]
    names = [f"fold_{chr(ord('a') + n)}" if params.shuffles <= 26 else f"fold_{n}" for n in range(params.shuffles)]
    lines = [
        ["name", *names],
        *([track.name, *row] for track, row in zip(tracks, zip(*shuffles, strict=True), strict=True)),
    ]
    write_whole(root / "splits" / FOLDS_NAME, "".join(",".join(map(_cell, line)) + "\n" for line in lines).encode())


def draw_folds(tracks: Sequence[Track], folds: int, seed: int) -> list[int]:
    """A fold number for each track, tracks of one group together.

    Groups come in random order, large ones first; each goes to the fold that has fewest tracks of its genres so far,
    and among equals to the one that has fewest tracks at all.
    """
    members: dict[str, list[Track]] = defaultdict(list)
    for track in tracks:
        members[track.group].append(track)
    order = sorted(members)
    np.random.default_rng(seed).shuffle(order)
    by_genre: list[dict[str, int]] = [defaultdict(int) for _ in range(folds)]
    chosen: dict[str, int] = {}
    for group in sorted(order, key=lambda name: -len(members[name])):
        genres = [track.genre for track in members[group]]
        loads = [(sum(counts[genre] for genre in genres), sum(counts.values())) for counts in by_genre]
        chosen[group] = loads.index(min(loads))
        for genre in genres:
            by_genre[chosen[group]][genre] += 1
    return [chosen[track.group] for track in tracks]


def count_folds(tracks: Sequence[Track], wanted: int) -> int:
    """As many folds as were asked for, or as the genre with fewest groups has groups.

    Raises:
        DatasetError: a genre has tracks of one group only.
    """
    groups: dict[str, set[str]] = defaultdict(set)
    for track in tracks:
        groups[track.genre].add(track.group)
    genre = min(sorted(groups), key=lambda name: len(groups[name]))
    if len(groups[genre]) < 2:
        reason = "has tracks of one artist (or other group) only; two are needed: one to learn from, one to ask"
        raise DatasetError(DATASET_INVALID, genre, reason)
    return min(wanted, len(groups[genre]))


def _cell(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text
