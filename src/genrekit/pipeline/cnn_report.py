"""The figures of the network trained from scratch: what it reaches out of fold, what the teacher adds, its curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.combination import crossed
from genrekit.pipeline.evaluate import figures_by_kind
from genrekit.pipeline.metrics import group_interval
from genrekit.pipeline.out_of_fold import OutOfFold

COMMAND: Final = "python -m genrekit.pipeline.train_cnn --out reports/cnn.json"


def report(predictions: OutOfFold, curves: Mapping[str, Any], network: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that ``reports/cnn.json`` says.

    Args:
        predictions: out of fold, of each variant; with two of them, the second is compared with the first.
        curves: by variant and fold, the epochs of its training.
        network: what it is and how it was trained; copied.
    """
    variants = list(predictions.log_proba)
    figures: dict[str, Any] = {
        "command": COMMAND,
        "protocol": "out of fold, no group straddles a fold; teacher, scale and stopping from the other folds alone; "
        "a track's windows averaged; calibration learnt on the other folds",
        "shuffles": list(predictions.shuffles),
        "network": dict(network),
        "variants": {name: figures_by_kind(predictions, crossed(predictions, [name])) for name in variants},
        "by_shuffle": {name: _by_shuffle(predictions, name) for name in variants},
    }
    if len(variants) == 2:
        figures["difference"] = differences(predictions, variants[0], variants[1])
    return figures | {"curves": {name: mean_curve(folds) for name, folds in curves.items()}, "folds": dict(curves)}


def hits(predictions: OutOfFold, variant: str) -> NDArray[np.float64]:
    """Share of the shuffles in which each track is told right, float (n_tracks,)."""
    told = predictions.log_proba[variant].argmax(axis=2) == predictions.truth
    return np.asarray(told.mean(axis=0))


def differences(predictions: OutOfFold, first: str, second: str) -> dict[str, Any]:
    """Accuracy of the second minus that of the first, track by track, with its interval over groups; by kind."""
    kinds = np.array(predictions.kinds)
    gained = hits(predictions, second) - hits(predictions, first)
    rows = {}
    for kind in ("all", *sorted(set(predictions.kinds))):
        inside = np.ones(len(kinds), bool) if kind == "all" else kinds == kind
        groups = [group for group, kept in zip(predictions.groups, inside, strict=True) if kept]
        rows[kind] = {
            "accuracy": float(gained[inside].mean()),
            "interval": list(group_interval(gained[inside], groups)),
        }
    return rows


def _by_shuffle(predictions: OutOfFold, variant: str) -> dict[str, Any]:
    """Accuracy in each column of folds, by kind: one of them may have served to choose the settings."""
    kinds = np.array(predictions.kinds)
    told = predictions.log_proba[variant].argmax(axis=2) == predictions.truth
    return {
        shuffle: {
            "all": float(row.mean()),
            **{kind: float(row[kinds == kind].mean()) for kind in sorted(set(predictions.kinds))},
        }
        for shuffle, row in zip(predictions.shuffles, told, strict=True)
    }


def mean_curve(folds: Mapping[str, Any]) -> list[dict[str, float]]:
    """The mean over folds of each epoch that all of them reached."""
    rows = [fold["epochs"] for fold in folds.values()]
    shortest = min(len(epochs) for epochs in rows)
    keys = ("loss", "valid_loss", "valid_accuracy")
    return [
        {"epoch": number + 1} | {key: float(np.mean([epochs[number][key] for epochs in rows])) for key in keys}
        for number in range(shortest)
    ]
