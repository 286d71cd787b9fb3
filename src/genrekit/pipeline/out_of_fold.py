"""Predictions for tracks by models that never saw them, nor anything else of their group.

Everything that is learnt after the members (their weights, the calibration, the threshold) and everything that is
reported rests on these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genrekit.errors import DATASET_INVALID, DatasetError


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """Out-of-fold predictions of the members.

    Attributes:
        names: of the tracks (n_tracks,).
        genres: names, in the order of the predictions.
        truth: int (n_tracks,), index of the true genre.
        groups: of the tracks (n_tracks,).
        kinds: ``whole`` or ``excerpt`` (n_tracks,).
        shuffles: names of the fold columns.
        folds: int (n_shuffles, n_tracks).
        log_proba: by member, float32 (n_shuffles, n_tracks, n_genres), the mean over the track's clips.
    """

    names: tuple[str, ...]
    genres: tuple[str, ...]
    truth: NDArray[np.int64]
    groups: tuple[str, ...]
    kinds: tuple[str, ...]
    shuffles: tuple[str, ...]
    folds: NDArray[np.int64]
    log_proba: Mapping[str, NDArray[np.float32]]


def save_out_of_fold(path: Path, predictions: OutOfFold) -> None:
    """Write them to an npz file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(".tmp.npz")
    arrays: dict[str, Any] = {
        name: np.array(getattr(predictions, name)) for name in ("names", "genres", "groups", "kinds", "shuffles")
    }
    arrays |= {"truth": predictions.truth, "folds": predictions.folds}
    arrays |= {f"log_proba.{member}": rows for member, rows in predictions.log_proba.items()}
    np.savez(staging, **arrays)
    staging.replace(path)


def load_out_of_fold(path: Path) -> OutOfFold:
    """Read what `save_out_of_fold` wrote.

    Raises:
        OSError: there is no such file.
    """
    with np.load(path) as file:
        members = [key.removeprefix("log_proba.") for key in file.files if key.startswith("log_proba.")]
        return OutOfFold(
            names=tuple(file["names"].tolist()),
            genres=tuple(file["genres"].tolist()),
            truth=file["truth"],
            groups=tuple(file["groups"].tolist()),
            kinds=tuple(file["kinds"].tolist()),
            shuffles=tuple(file["shuffles"].tolist()),
            folds=file["folds"],
            log_proba={member: file[f"log_proba.{member}"] for member in members},
        )


def join_out_of_fold(parts: Sequence[OutOfFold]) -> OutOfFold:
    """The predictions of several members as one, members in the order given.

    Raises:
        DatasetError: they are not of the same tracks in the same folds.
    """
    first = parts[0]
    for part in parts:
        if _frame(part) != _frame(first):
            members = ", ".join(part.log_proba)
            raise DatasetError(DATASET_INVALID, members, "was trained on other tracks or folds; train it again")
    return replace(first, log_proba={name: rows for part in parts for name, rows in part.log_proba.items()})


def _frame(part: OutOfFold) -> tuple[Any, ...]:
    """Everything but the predictions, in a form that compares."""
    named = (part.names, part.genres, part.groups, part.kinds, part.shuffles)
    return (*named, part.truth.tolist(), part.folds.tolist())
