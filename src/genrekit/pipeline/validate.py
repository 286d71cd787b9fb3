"""Stage: everything that an artifact is examined for before it is let out, as JSON for gates and as a page for people.

    python -m genrekit.pipeline.validate
    python -m genrekit.pipeline.validate --gates reports/validation.json

The second form reads what the first wrote and ends with 1 where a gate failed: it needs no data.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.limits import Limits
from genrekit.pipeline import metrics
from genrekit.pipeline.checks.check import Check, Status
from genrekit.pipeline.checks.drift import check_drift, track_features
from genrekit.pipeline.checks.honesty import check_honesty, reliability
from genrekit.pipeline.checks.integrity import check_integrity
from genrekit.pipeline.checks.leakage import check_leakage
from genrekit.pipeline.checks.performance import check_performance
from genrekit.pipeline.checks.serving import check_serving
from genrekit.pipeline.combination import crossed
from genrekit.pipeline.datasets.index import DataSet, read_dataset
from genrekit.pipeline.files import write_json, write_whole
from genrekit.pipeline.layout import BACKBONE, REPORTS, Layout
from genrekit.pipeline.out_of_fold import OutOfFold, load_out_of_fold
from genrekit.pipeline.page import render_page
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.settings import TrainParams
from genrekit.pipeline.trainers import trainers_of
from genrekit.pipeline.training_data import TrainingData, load_training_data
from genrekit.plots import Picture, calibration, confusion, feature_distributions, robustness
from genrekit.predictor import Predictor
from genrekit.steps.decode import decode, level_dbfs

COMMAND: Final = "python -m genrekit.pipeline.validate"
GATE_FAILED: Final = 1
_FEATURES: Final = ("tempo", "rms_mean", "spectral_centroid_mean", "zero_crossing_rate_mean")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        data: folder of the data set.
        features: folder of its parts.
        backbone: file of the pretrained nets' graph.
        predictions: file of the members' out-of-fold predictions.
        artifact: folder of the artifact.
        robustness: report of `genrekit.pipeline.robustness`.
    """

    data: Path
    features: Path
    backbone: Path
    predictions: Path
    artifact: Path
    robustness: Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the stage writes.

    Attributes:
        report: JSON, for gates.
        page: HTML, for people.
        figures: folder of the pictures.
    """

    report: Path
    page: Path
    figures: Path


def run(inputs: Inputs, outputs: Outputs, params: TrainParams) -> bool:
    """Examine an artifact and what it came from.

    Returns:
        Whether every gate is passed.

    Raises:
        DatasetError: data set or features are missing or do not fit.
        ArtifactError: the artifact is refused.
    """
    dataset = read_dataset(inputs.data)
    data = load_training_data(dataset, inputs.features)
    predictions, predictor = load_out_of_fold(inputs.predictions), Predictor.load(inputs.artifact)
    shipped = [member.name for member in predictor.members]
    trainers = trainers_of(params, inputs.backbone.read_bytes())
    checks = [
        *check_integrity(dataset, data),
        *check_leakage(dataset, data),
        *check_drift(dataset, data),
        *check_performance(predictions, shipped, data, levels_of(dataset, predictions)),
        *check_honesty(predictions, shipped, predictor.artifact.manifest.unsure_below),
        *check_serving(data, trainers, predictor),
    ]
    write_json(outputs.report, report_of(checks, predictor.artifact.id))
    pictures = {**pictures_of(predictions, shipped, data), **robustness_picture(inputs.robustness)}
    lead = f"Artifact {predictor.artifact.id[:12]}, examined on {len(predictions.names)} tracks. Written by {COMMAND}."
    page = render_page("Validation of genrekit", lead, checks, [(caption, each) for caption, each in pictures.values()])
    write_whole(outputs.page, page.encode())
    for name, (_, picture) in pictures.items():
        write_whole(outputs.figures / f"{name}.svg", picture.svg().encode())
    return not failed(checks)


def levels_of(dataset: DataSet, predictions: OutOfFold) -> NDArray[np.float64]:
    """Level of each recording as it came [dB re full scale], float (n_tracks,)."""
    audio = {track.name: track.audio for track in dataset.with_audio}
    files = [audio[name] for name in predictions.names]
    return np.array([level_dbfs(decode(file, Limits()).samples) for file in files if file is not None])


def failed(checks: list[Check]) -> list[str]:
    """Names of the checks whose gate is closed."""
    return [f"{check.subject}: {check.name}" for check in checks if check.status is Status.FAILED]


def report_of(checks: list[Check], artifact_id: str) -> dict[str, Any]:
    """The checks as JSON."""
    return {
        "command": COMMAND,
        "artifact": artifact_id,
        "passed": not failed(checks),
        "failed": failed(checks),
        "checks": [asdict(check) for check in checks],
    }


def pictures_of(predictions: OutOfFold, shipped: list[str], data: TrainingData) -> Mapping[str, tuple[str, Picture]]:
    """What the page shows, by name, each with its caption."""
    proba = crossed(predictions, shipped)
    counts = np.mean([metrics.confusion_matrix(shuffle, predictions.truth) for shuffle in proba], axis=0)
    bins = [calibration.Bin(*row) for row in reliability(predictions, proba)]
    return {
        "confusion": (
            "Which genre is taken for which, out of fold; tracks, a mean over shuffles.",
            confusion.draw(counts, predictions.genres),
        ),
        "calibration": (
            "Accuracy against the probability given, out of fold, and how many tracks stand behind each point.",
            calibration.draw(bins),
        ),
        "features": (
            "A few features of whole tracks and of excerpts, at the level of training; boxes are quartiles.",
            feature_distributions.draw(_distributions(data)),
        ),
    }


def robustness_picture(report: Path) -> Mapping[str, tuple[str, Picture]]:
    """The curves of changed sound, with their caption; nothing where none was measured."""
    found = json.loads(report.read_text()) if report.exists() else {"rows": []}
    curves = robustness.curves_of(found["rows"])
    if not curves:
        return {}
    return {"robustness": (f"{robustness.CAPTION} Measured by {found['command']}.", robustness.draw(curves))}


def _distributions(data: TrainingData) -> dict[str, dict[str, NDArray[np.float64]]]:
    values = track_features(data.clips, len(data.tracks))
    kinds = np.array([track.kind for track in data.tracks])
    heard = np.isfinite(values).all(axis=1)
    names = [name for name in _FEATURES if name in clipfeat.TABULAR_NAMES]
    return {
        name: {
            kind: values[heard & (kinds == kind), clipfeat.TABULAR_NAMES.index(name)]
            for kind in sorted(set(kinds[heard].tolist()))
        }
        for name in names
    }


def gates(report: Path) -> int:
    """Exit status by a report that has been written: 1 where a gate failed, and each such check on stderr."""
    found = json.loads(report.read_text())
    for name in found["failed"]:
        print(f"gate failed: {name}", file=sys.stderr)  # noqa: T201
    return GATE_FAILED if found["failed"] else 0


def main() -> None:
    """Run the stage, or read its gates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gates", type=Path, help="report to read; nothing is examined")
    options = parser.parse_args()
    if options.gates:
        sys.exit(gates(options.gates))
    layout = Layout()
    inputs = Inputs(
        layout.data,
        layout.features,
        layout.backbone / BACKBONE,
        layout.out_of_fold,
        layout.artifact,
        REPORTS / "robustness.json",
    )
    outputs = Outputs(REPORTS / "validation.json", REPORTS / "validation.html", REPORTS / "figures")
    sys.exit(0 if run(inputs, outputs, read_settings(Path(PARAMS_NAME)).train) else GATE_FAILED)


if __name__ == "__main__":
    main()
