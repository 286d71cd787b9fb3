"""Stage: from out-of-fold predictions to ``metrics.json``, the file that every reported figure is rendered from.

python -m genrekit.pipeline.evaluate
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline import metrics
from genrekit.pipeline.combination import crossed
from genrekit.pipeline.curves import tables
from genrekit.pipeline.files import write_json, write_whole
from genrekit.pipeline.layout import REPORTS, Layout
from genrekit.pipeline.out_of_fold import OutOfFold, load_out_of_fold
from genrekit.pipeline.stage import run_stage

COMMAND: Final = "make artifact"
_COVERAGES: Final = (0.7, 0.8, 0.9, 1.0)


def evaluate(predictions: OutOfFold) -> dict[str, Any]:
    """All figures of the members alone and together.

    Each is the mean over the shuffles; intervals are drawn over groups, a track's shuffles kept together.
    """
    members = list(predictions.log_proba)
    ensemble = crossed(predictions, members)
    return {
        "command": COMMAND,
        "protocol": "out of fold; no group straddles a fold; combination and calibration learnt on the other folds",
        "shuffles": list(predictions.shuffles),
        "genres": list(predictions.genres),
        "ensemble": figures_by_kind(predictions, ensemble),
        "members": {member: figures_by_kind(predictions, crossed(predictions, [member])) for member in members},
        "f1": np.mean([metrics.f1_by_genre(proba, predictions.truth) for proba in ensemble], axis=0).tolist(),
        "confusion": np.mean(
            [metrics.confusion_matrix(proba, predictions.truth) for proba in ensemble], axis=0
        ).tolist(),
        "coverage": _mean([metrics.coverage_curve(proba, predictions.truth, _COVERAGES) for proba in ensemble]),
    }


def figures_by_kind(predictions: OutOfFold, proba: NDArray[np.float64]) -> dict[str, Any]:
    """Figures over all tracks, over whole ones and over excerpts."""
    kinds = np.array(predictions.kinds)
    parts = {"all": np.ones(len(kinds), bool)} | {kind: kinds == kind for kind in sorted(set(predictions.kinds))}
    return {name: _figures(predictions, proba, inside) for name, inside in parts.items()}


def _figures(predictions: OutOfFold, proba: NDArray[np.float64], inside: NDArray[np.bool_]) -> dict[str, Any]:
    truth = predictions.truth[inside]
    groups = [group for group, kept in zip(predictions.groups, inside, strict=True) if kept]
    each = [metrics.summarise(shuffle[inside], truth, groups) for shuffle in proba]
    hits = np.mean([shuffle[inside].argmax(axis=1) == truth for shuffle in proba], axis=0)
    shared = {"tracks": len(truth), "interval": list(metrics.group_interval(hits, groups))}
    return _mean([{key: value for key, value in row.items() if key not in shared} for row in each]) | shared


def _mean(rows: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    return {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        predictions: file of the out-of-fold predictions of all members.
    """

    predictions: Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the stage writes.

    Attributes:
        metrics: file of all figures.
        plots: folder of the tables that curves and confusions are drawn from.
    """

    metrics: Path
    plots: Path


def run(inputs: Inputs, outputs: Outputs) -> None:
    """Write figures and tables; there is nothing to choose."""
    predictions = load_out_of_fold(inputs.predictions)
    write_json(outputs.metrics, evaluate(predictions))
    proba = crossed(predictions, list(predictions.log_proba))
    for name, content in tables(proba, predictions.truth, predictions.genres).items():
        write_whole(outputs.plots / f"{name}.csv", content.encode())


def main() -> None:
    """Run the stage."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    run(Inputs(Layout().out_of_fold), Outputs(REPORTS / "metrics.json", REPORTS / "plots"))


if __name__ == "__main__":
    run_stage(main)
