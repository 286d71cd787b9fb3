"""Stage: from trained members and their out-of-fold predictions to an artifact.

``python -m genrekit.pipeline.assemble``

Weights, calibration and threshold are learnt on the out-of-fold predictions; they are written as one file, too, for
whatever looks at the members side by side.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
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
from genrekit.pipeline.datasets.index import read_dataset
from genrekit.pipeline.evaluate import evaluate
from genrekit.pipeline.feature_store import load_rows
from genrekit.pipeline.frames import FrameParams, spectral_settings
from genrekit.pipeline.layout import BACKBONE, MODEL_NAME, NOTICE, OUT_OF_FOLD_NAME, Layout
from genrekit.pipeline.members.epochs import FitParams
from genrekit.pipeline.out_of_fold import OutOfFold, join_out_of_fold, load_out_of_fold, save_out_of_fold
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.provenance import data_hashes, git_revision
from genrekit.pipeline.settings import CLIP_SECONDS, HOP_FRAMES, LEVEL_DBFS, PATCH_FRAMES, TABULAR, Settings
from genrekit.pipeline.stage import run_stage
from genrekit.steps.embeddings import SAMPLE_RATE

_VIEWS: Final[Mapping[str, str]] = {
    "musicnn": "embedding",
    "forest": "tabular",
    "gaussian_nb": "tabular",
    "cnn": "spectral",
}
_DECILES: Final = np.arange(1, 10) / 10
_LIBRARIES: Final = ("clipfeat", "numpy", "onnx", "scikit-learn", "skl2onnx")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        data: folder of the data set.
        features: folder of its parts.
        members: folder with a folder a member, as `genrekit.pipeline.train` writes it.
        backbone: folder of the pretrained nets' graph and its licence.
    """

    data: Path
    features: Path
    members: Path
    backbone: Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the stage writes.

    Attributes:
        artifact: folder of the artifact.
        out_of_fold: file of the predictions of all members.
    """

    artifact: Path
    out_of_fold: Path


def build_manifest(
    predictions: OutOfFold,
    features: NDArray[np.float32],
    metrics: Mapping[str, Any],
    provenance: Mapping[str, str],
    params: Settings,
) -> Manifest:
    """The manifest of an artifact whose members made these out-of-fold predictions.

    Args:
        predictions: weights, calibration and threshold are learnt on them.
        features: float (n_clips, 57), tabular features of the training clips.
        metrics: as `genrekit.pipeline.evaluate` writes them; the headline of what ships is kept.
        provenance: data and split hashes, revision, versions; copied.
        params: of featurize and assemble.
    """
    members = tuple(predictions.log_proba)
    rows = np.stack([np.concatenate(predictions.log_proba[member]) for member in members])
    fitted = fit_combination(rows, np.tile(predictions.truth, len(predictions.shuffles)))
    return Manifest(
        protocol=PROTOCOL,
        genres=predictions.genres,
        views=_view_settings(params),
        members=tuple(
            MemberEntry(member, _VIEWS[member], f"{member}.onnx", weight)
            for member, weight in zip(members, fitted.weights, strict=True)
        ),
        calibration=Calibration(fitted.sharpness, fitted.floor),
        clip_seconds=CLIP_SECONDS,
        unsure_below=_threshold(predictions, members, params.assemble.kept),
        files={},
        feature_summary=_summary(features),
        metrics=_headline(metrics, dict(zip(members, fitted.weights, strict=True))),
        provenance=dict(provenance),
    )


def _view_settings(params: Settings) -> ViewSettings:
    heard = FrameParams(kind=params.train.cnn.kind)
    return ViewSettings(
        level_dbfs=LEVEL_DBFS,
        embedding=EmbeddingSettings(BACKBONE, SAMPLE_RATE, PATCH_FRAMES, HOP_FRAMES),
        tabular=TabularSettings(
            TABULAR.recipe, TABULAR.fingerprint, TABULAR.sample_rate, params.featurize.clip_seconds
        ),
        spectral=spectral_settings(heard, FitParams().crop_frames) if "cnn" in params.train.members else None,
    )


def _threshold(predictions: OutOfFold, members: tuple[str, ...], kept: float) -> float:
    """The top probability that at least this share of the tracks reaches, rounded down."""
    top = crossed(predictions, members).max(axis=2)
    return float(np.floor(np.quantile(top, 1 - kept) * 100) / 100)


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
    return {
        **data_hashes(root),
        "revision": git_revision(),
        **{name: version(name) for name in _LIBRARIES},
    }


def run(inputs: Inputs, outputs: Outputs, params: Settings) -> str:
    """Put the artifact together.

    Returns:
        Its id.

    Raises:
        DatasetError: members were trained on different tracks or folds.
        ArtifactError: the artifact would be refused by who reads it; what was there before still is.
    """
    folders = [inputs.members / name for name in params.train.members]
    predictions = join_out_of_fold([load_out_of_fold(folder / OUT_OF_FOLD_NAME) for folder in folders])
    names = [track.name for track in read_dataset(inputs.data).with_audio]
    features = load_rows(inputs.features / "tabular", names).values["values"]
    manifest = build_manifest(predictions, features, evaluate(predictions), _provenance(inputs.data), params)
    files = {f"{folder.name}.onnx": (folder / MODEL_NAME).read_bytes() for folder in folders}
    files |= {name: (inputs.backbone / name).read_bytes() for name in (BACKBONE, NOTICE)}
    save_out_of_fold(outputs.out_of_fold, predictions)
    return write_artifact(outputs.artifact, manifest, files)


def main() -> None:
    """Run the stage."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    layout = Layout()
    inputs = Inputs(layout.data, layout.features, layout.work / "members", layout.backbone)
    print(run(inputs, Outputs(layout.artifact, layout.out_of_fold), read_settings(Path(PARAMS_NAME))))  # noqa: T201


if __name__ == "__main__":
    run_stage(main)
