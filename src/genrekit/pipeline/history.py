"""How a member's training went: fold by fold out of fold, and epoch by epoch where there are epochs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from genrekit.pipeline import metrics
from genrekit.pipeline.out_of_fold import OutOfFold


def history_of(
    name: str, params: msgspec.Struct, predictions: OutOfFold, epochs: Sequence[Mapping[str, float]]
) -> dict[str, Any]:
    """What ``history.json`` holds: the same for the same training, so no times."""
    return {
        "member": name,
        "params": msgspec.to_builtins(params),
        "folds": list(_folds(predictions, name)),
        "epochs": [dict(epoch) for epoch in epochs],
    }


def _folds(predictions: OutOfFold, name: str) -> Iterator[dict[str, Any]]:
    for shuffle, folds in enumerate(predictions.folds):
        for fold in np.unique(folds):
            inside = folds == fold
            proba = np.exp(predictions.log_proba[name][shuffle, inside].astype(np.float64))
            truth = predictions.truth[inside]
            yield {
                "shuffle": predictions.shuffles[shuffle],
                "fold": int(fold),
                "tracks": len(truth),
                "accuracy": metrics.accuracy(proba, truth),
                "log_loss": metrics.log_loss(proba, truth),
            }
