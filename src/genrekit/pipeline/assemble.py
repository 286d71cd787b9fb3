"""Stage: from trained members and their out-of-fold predictions to an artifact.

``python -m genrekit.pipeline.assemble --work work --metrics reports/metrics.json --out src/genrekit/artifact_data``
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.artifact import (
    PROTOCOL,
    Calibration,
    EmbeddingSettings,
    FeatureSummary,
    Manifest,
    MemberEntry,
    TabularSettings,
    ViewSettings,
    write_artifact,
)
from genrekit.pipeline.combination import crossed, fit_combination
from genrekit.pipeline.datasets.index import INDEX_NAME, data_root
from genrekit.pipeline.out_of_fold import OutOfFold, load_out_of_fold
from genrekit.pipeline.settings import CLIP_SECONDS, HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES, TABULAR, TABULAR_CLIP_SECONDS
from genrekit.steps.embeddings import SAMPLE_RATE

BACKBONE: Final = "backbone.onnx"
NOTICE: Final = "LICENSE-musicnn.txt"
_VIEWS: Final[Mapping[str, str]] = {"musicnn": "embedding", "forest": "tabular"}
_KEPT: Final = 0.8
_DECILES: Final = np.arange(1, 10) / 10
_LIBRARIES: Final = ("clipfeat", "numpy", "onnx", "scikit-learn", "skl2onnx")


def build_manifest(
    predictions: OutOfFold,
    features: NDArray[np.float32],
    metrics: Mapping[str, Any],
    provenance: Mapping[str, str],
) -> Manifest:
    """The manifest of an artifact whose members made these out-of-fold predictions.

    Args:
        predictions: weights, calibration and threshold are learnt on them.
        features: float (n_clips, 57), tabular features of the training clips.
        metrics: as `genrekit.pipeline.evaluate` writes them; the headline of what ships is kept.
        provenance: data and split hashes, revision, versions; copied.
    """
    members = tuple(predictions.log_proba)
    rows = np.stack([np.concatenate(predictions.log_proba[member]) for member in members])
    fitted = fit_combination(rows, np.tile(predictions.truth, len(predictions.shuffles)))
    return Manifest(
        protocol=PROTOCOL,
        genres=predictions.genres,
        views=_view_settings(),
        members=tuple(
            MemberEntry(member, _VIEWS[member], f"{member}.onnx", weight)
            for member, weight in zip(members, fitted.weights, strict=True)
        ),
        calibration=Calibration(fitted.sharpness),
        clip_seconds=CLIP_SECONDS,
        unsure_below=_threshold(predictions, members),
        files={},
        feature_summary=_summary(features),
        metrics=_headline(metrics, dict(zip(members, fitted.weights, strict=True))),
        provenance=dict(provenance),
    )


def _view_settings() -> ViewSettings:
    return ViewSettings(
        level_dbfs=LEVEL_DBFS,
        embedding=EmbeddingSettings(BACKBONE, SAMPLE_RATE, PATCH_FRAMES, HOP_FRAMES),
        tabular=TabularSettings(TABULAR.recipe, TABULAR.fingerprint, TABULAR.sample_rate, TABULAR_CLIP_SECONDS),
    )


def _threshold(predictions: OutOfFold, members: tuple[str, ...]) -> float:
    """The top probability that leaves out a fifth of the tracks, rounded down so that at least four fifths stay."""
    top = crossed(predictions, members).max(axis=2)
    return float(np.floor(np.quantile(top, 1 - _KEPT) * 100) / 100)


def _summary(features: NDArray[np.float32]) -> FeatureSummary:
    quantiles = np.quantile(features.astype(np.float64), _DECILES, axis=0).T
    return FeatureSummary(
        names=clipfeat.TABULAR_NAMES,
        quantiles=tuple(tuple(float(f"{value:.6g}") for value in row) for row in quantiles),
    )


def _headline(figures: Mapping[str, Any], weights: Mapping[str, float]) -> dict[str, Any]:
    """What `genrekit info` tells: accuracy, its interval and calibration by kind of track, of what ships.

    Where one member has all the weight, its own figures: those of the ensemble are of weights learnt fold by fold.
    """
    keys = ("tracks", "accuracy", "interval", "balanced", "calibration_error")
    alone = [member for member, weight in weights.items() if weight == 1]
    parts = figures["members"][alone[0]] if alone else figures["ensemble"]
    return {part: {key: rows[key] for key in keys} for part, rows in parts.items()}


def _provenance(root: Path) -> dict[str, str]:
    revision = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    folds = b"".join(path.read_bytes() for path in sorted((root / "splits").glob("*.csv")))
    return {
        "index_sha256": hashlib.sha256((root / INDEX_NAME).read_bytes()).hexdigest(),
        "folds_sha256": hashlib.sha256(folds).hexdigest(),
        "revision": revision.stdout.strip() or "unknown",
        **{name: version(name) for name in _LIBRARIES},
    }


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--metrics", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    predictions = load_out_of_fold(options.work / "out_of_fold.npz")
    with np.load(options.work / "tabular.npz") as file:
        features = file["values"]
    metrics = json.loads(options.metrics.read_text())
    manifest = build_manifest(predictions, features, metrics, _provenance(data_root()))
    names = [BACKBONE, NOTICE, *(member.file for member in manifest.members)]
    files = {name: (options.work / "members" / name).read_bytes() for name in names}
    print(write_artifact(options.out, manifest, files))  # noqa: T201 - what it wrote, for whoever ran it


if __name__ == "__main__":
    main()
