"""What curves and confusions are drawn from, as tables: by ``dvc plots``, by a notebook, by anything that reads CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SHARES: Final = tuple(share / 20 for share in range(2, 21))
_BINS: Final = 10

Probabilities = NDArray[np.float64]
Labels = NDArray[np.int64]


def tables(proba: Probabilities, truth: Labels, genres: Sequence[str]) -> dict[str, str]:
    """CSV by name: ``confusion``, ``coverage``, ``calibration``.

    Args:
        proba: float (n_shuffles, n_tracks, n_genres).
        truth: int (n_tracks,).
        genres: names.
    """
    top, hits = proba.max(axis=2), proba.argmax(axis=2) == truth
    return {
        "confusion": _csv("actual,predicted", _confused(proba, truth, genres)),
        "coverage": _csv("share,accuracy", _coverage(top, hits)),
        "calibration": _csv("probability,accuracy,tracks", _calibration(top.ravel(), hits.ravel())),
    }


def _confused(proba: Probabilities, truth: Labels, genres: Sequence[str]) -> Iterable[tuple[str, str]]:
    """A row for each track and shuffle, as DVC's template of a confusion matrix counts them."""
    return (
        (genres[true], genres[said])
        for shuffle in proba.argmax(axis=2)
        for true, said in zip(truth, shuffle, strict=True)
    )


def _coverage(top: Probabilities, hits: NDArray[np.bool_]) -> Iterable[tuple[str, str]]:
    """Accuracy over the surest share of the tracks, a mean over shuffles."""
    ordered = np.take_along_axis(hits, np.argsort(-top, axis=1, kind="stable"), axis=1)
    kept = [(share, max(1, round(share * ordered.shape[1]))) for share in _SHARES]
    return ((f"{share:g}", f"{ordered[:, :count].mean():.6f}") for share, count in kept)


def _calibration(top: Probabilities, hits: NDArray[np.bool_]) -> Iterable[tuple[str, str, str]]:
    """Mean top probability and accuracy, in bins of equal width; bins without a track are left out."""
    bins = np.minimum((top * _BINS).astype(int), _BINS - 1)
    inside = [bins == index for index in np.unique(bins)]
    return ((f"{top[rows].mean():.6f}", f"{hits[rows].mean():.6f}", str(int(rows.sum()))) for rows in inside)


def _csv(header: str, rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"
