"""Stage: the network trained from scratch, with and without the teacher, its out-of-fold predictions and its figures.

    python -m genrekit.pipeline.train_cnn --out reports/cnn.json

For every fold, network and teacher are trained anew on the other folds' tracks only: the head that teaches never saw
what the network is then measured on. A run that was killed goes on in the epoch in which it stopped. With ``--shuffles
fold_a`` one column of folds is enough; ``--kind mfcc`` trains on cepstral coefficients.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from genrekit.pipeline.cnn_report import report
from genrekit.pipeline.datasets.index import DataSet, data_root, read_dataset
from genrekit.pipeline.epoch_bar import bar
from genrekit.pipeline.files import write_json, write_whole
from genrekit.pipeline.frames import FrameParams
from genrekit.pipeline.layout import BACKBONE, MODEL_NAME, OUT_OF_FOLD_NAME, Layout
from genrekit.pipeline.members.cnn import Cnn, CnnParams, export_cnn, train_cnn
from genrekit.pipeline.members.epochs import FitParams
from genrekit.pipeline.members.spectra import FloatArray, Spectra, windows
from genrekit.pipeline.out_of_fold import OutOfFold, save_out_of_fold
from genrekit.pipeline.progress import SavedProgress
from genrekit.pipeline.scratch_material import Mask, Material, load_material, taught, with_teacher
from genrekit.sessions import open_session

PLAIN: Final = "cnn"
DISTILLED: Final = "cnn_distilled"
VARIANTS: Final = "cnn_variants"
"""Folder of what this stage writes besides its figures; the member itself is that of `genrekit.pipeline.train`."""


@dataclass(frozen=True, slots=True)
class ScratchParams:
    """What decides the network besides the data.

    Attributes:
        frames: what it hears.
        cnn: the network and its training.
        teacher: share of the teacher's probabilities in the targets of the one that is taught.
        imitation: weight of the squared error of the teacher's tags there.
        sharpness: factor on the teacher's log-probabilities.
        variants: which are trained: `PLAIN`, `DISTILLED`, or both; the last one ships.
    """

    frames: FrameParams = field(default_factory=FrameParams)
    cnn: CnnParams = field(default_factory=CnnParams)
    teacher: float = 0.5
    imitation: float = 0.5
    sharpness: float = 1.5
    variants: tuple[str, ...] = (PLAIN, DISTILLED)

    def network(self, variant: str) -> CnnParams:
        """The network of a variant."""
        if variant == PLAIN:
            return self.cnn
        return replace(self.cnn, fit=replace(self.cnn.fit, teacher=self.teacher, imitation=self.imitation))


def load_all(dataset: DataSet, layout: Layout, params: ScratchParams) -> Material:
    """What the variants are trained on: with a teacher if one of them is taught.

    Raises:
        DatasetError: a track cannot be used, or the teacher's features are missing.
    """
    material = load_material(dataset, layout.work / "frames", params.frames, (layout.backbone / BACKBONE).read_bytes())
    if DISTILLED not in params.variants:
        return material
    return with_teacher(material, dataset, layout.features, params.frames.rate)


def train_variant(
    material: Material,
    inside: Mask,
    params: ScratchParams,
    variant: str,
    checkpoint: Path | None = None,
) -> Cnn:
    """Train one network on the tracks of a mask, bool (n_tracks,) over `material.tracks`."""
    chosen = np.flatnonzero(inside)
    spectra = material.spectra.of(chosen) if variant == PLAIN else taught(material, inside, params.sharpness)
    network = params.network(variant)
    with bar(checkpoint.stem if checkpoint else variant, network.fit.epochs) as observer:
        return train_cnn(spectra, network, checkpoint, observer)


def score_tracks(cnn: Cnn, frames: Sequence[FloatArray], window_frames: int) -> FloatArray:
    """Mean over each track's windows of their log-probabilities, float32 (n_tracks, n_genres)."""
    return np.stack([cnn.log_proba(windows(track, window_frames)).mean(axis=0) for track in frames])


def cross_validate(
    material: Material, dataset: DataSet, shuffles: Sequence[str], params: ScratchParams, progress: SavedProgress
) -> tuple[OutOfFold, dict[str, Any]]:
    """Out-of-fold predictions of each variant, and the learning curves by variant and fold."""
    tracks = material.tracks
    folds = np.array([[dataset.folds[shuffle][track.name] for track in tracks] for shuffle in shuffles])
    rows = {name: np.empty((len(shuffles), len(tracks), len(dataset.genres)), np.float32) for name in params.variants}
    curves: dict[str, Any] = {name: {} for name in params.variants}
    for shuffle, fold in [(shuffle, fold) for shuffle, of in enumerate(folds) for fold in np.unique(of)]:
        outside = folds[shuffle] == fold
        for variant in params.variants:
            label = f"{variant}-{shuffles[shuffle]}-{fold}"
            scores, curves[variant][f"{shuffles[shuffle]}-{fold}"] = _fold(
                material, outside, params, variant, progress, label
            )
            rows[variant][shuffle, outside] = scores
    predictions = OutOfFold(
        names=tuple(track.name for track in tracks),
        genres=dataset.genres,
        truth=material.spectra.genre,
        groups=material.spectra.groups,
        kinds=tuple(track.kind for track in tracks),
        shuffles=tuple(shuffles),
        folds=folds,
        log_proba=rows,
    )
    return predictions, curves


def _fold(
    material: Material,
    outside: Mask,
    params: ScratchParams,
    variant: str,
    progress: SavedProgress,
    label: str,
) -> tuple[FloatArray, dict[str, Any]]:
    curve = progress.folder / progress.key / f"{label}.json"
    scores = progress.recall(label)
    if scores is not None and curve.exists():
        return scores, json.loads(curve.read_text())
    checkpoint = progress.folder / progress.key / f"{label}.pt"
    cnn = train_variant(material, ~outside, params, variant, checkpoint)
    held_out = material.spectra.of(np.flatnonzero(outside))
    scores = score_tracks(cnn, held_out.frames, params.cnn.fit.crop_frames)
    written = {"best": cnn.best, "epochs": [asdict(epoch) for epoch in cnn.curve]}
    write_json(curve, written)
    progress.keep(label, scores)
    checkpoint.unlink(missing_ok=True)
    return scores, written


def progress_key(material: Material, params: ScratchParams) -> str:
    """Of everything that the result of a fold depends on."""
    settings = {key: value for key, value in asdict(params).items() if key != "variants"}
    digest = hashlib.sha256(json.dumps([settings, torch.__version__], sort_keys=True).encode())
    digest.update(hashlib.sha256(material.backbone).digest())
    for track, frames in zip(material.tracks, material.spectra.frames, strict=True):
        digest.update(f"{track.name} {track.genre} {track.group} {frames.shape}".encode())
        digest.update(frames.tobytes())
    return digest.hexdigest()[:32]


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="file of the figures")
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--kind", choices=("logmel", "mfcc"), default="logmel")
    parser.add_argument("--shuffles", nargs="+")
    parser.add_argument("--epochs", type=int, default=FitParams().epochs)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    layout, dataset = Layout(options.work), read_dataset(data_root())
    cnn = CnnParams(fit=FitParams(epochs=options.epochs))
    params = ScratchParams(frames=FrameParams(kind=options.kind), cnn=cnn)
    material = load_all(dataset, layout, params)
    progress = SavedProgress(layout.progress(VARIANTS), progress_key(material, params))
    progress.begin()
    folder = layout.work / VARIANTS
    predictions, curves = cross_validate(material, dataset, options.shuffles or list(dataset.folds), params, progress)
    save_out_of_fold(folder / OUT_OF_FOLD_NAME, predictions)
    shipped = train_variant(
        material,
        np.ones(len(material.tracks), bool),
        params,
        params.variants[-1],
        progress.folder / progress.key / "whole.pt",
    )
    exported = export_cnn(shipped)
    write_whole(folder / MODEL_NAME, exported)
    write_json(options.out, report(predictions, curves, _network(shipped, exported, material.spectra, params)))
    progress.end()


def _network(cnn: Cnn, exported: bytes, spectra: Spectra, params: ScratchParams) -> dict[str, Any]:
    """What the network is, and how far the exported graph strays from it."""
    values = np.concatenate([windows(frames, params.cnn.fit.crop_frames)[:1] for frames in spectra.frames[:64]])
    (answered,) = open_session(exported).run(None, {"frames": values})
    return {
        "parameters": cnn.parameters,
        "onnx_bytes": len(exported),
        "onnx_largest_difference": float(np.abs(answered - cnn.log_proba(values)).max()),
        "window_seconds": params.cnn.fit.crop_frames / params.frames.rate,
        "settings": asdict(params),
    }


if __name__ == "__main__":
    main()
