"""Stage: from features to one trained member and its out-of-fold predictions.

``python -m genrekit.pipeline.train --member forest``

Reads the data set, its features and the backbone; writes ``model.onnx``, ``out_of_fold.npz`` and ``history.json`` into
the member's folder. Everything is fitted anew for each fold on the other folds' tracks only: fills, standardisation,
members. A run that was killed goes on with the first fold that was not done.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.pipeline.datasets.index import DataSet, read_dataset
from genrekit.pipeline.files import write_json, write_whole
from genrekit.pipeline.history import history_of
from genrekit.pipeline.layout import BACKBONE, HISTORY_NAME, MODEL_NAME, OUT_OF_FOLD_NAME, Layout
from genrekit.pipeline.out_of_fold import OutOfFold, save_out_of_fold
from genrekit.pipeline.params_file import PARAMS_NAME, read_settings
from genrekit.pipeline.progress import NoProgress, Progress, SavedProgress
from genrekit.pipeline.settings import MEMBERS, CnnMemberParams, ForestParams, GaussianNbParams, MusicnnParams
from genrekit.pipeline.stage import run_stage
from genrekit.pipeline.trainers import MemberParams, Trainer, trainer_of, view_rows
from genrekit.pipeline.training_data import TrackRows, TrainingData, load_training_data

FloatArray = NDArray[np.float32]

_NAMES: Final[Mapping[type[MemberParams], str]] = {
    ForestParams: "forest",
    GaussianNbParams: "gaussian_nb",
    MusicnnParams: "musicnn",
}
# What a member's numbers may depend on besides data and settings.
_LIBRARIES: Final = ("clipfeat", "numpy", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the stage reads.

    Attributes:
        data: folder of the data set.
        features: folder of its parts.
        backbone: file of the pretrained nets' graph.
    """

    data: Path
    features: Path
    backbone: Path


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the stage writes.

    Attributes:
        member: folder of graph, out-of-fold predictions and history.
        progress: folder of what is done while the stage runs.
    """

    member: Path
    progress: Path


def run(inputs: Inputs, outputs: Outputs, params: MemberParams) -> None:
    """Train the member that the settings are of.

    Raises:
        DatasetError: data set or features are missing or do not fit.
    """
    name = _NAMES[type(params)]
    dataset = read_dataset(inputs.data)
    data = load_training_data(dataset, inputs.features)
    backbone = inputs.backbone.read_bytes()
    progress = SavedProgress(outputs.progress, _key(data, dataset, backbone, params))
    progress.begin()
    train = trainer_of(params, backbone)
    # One thread, so that sums are added up in the same order wherever the stage runs.
    with threadpool_limits(1):
        predictions = cross_validate(data, dataset, {name: train}, progress)
        trained = train(data, np.ones(len(data.tracks), bool))
    outputs.member.mkdir(parents=True, exist_ok=True)
    write_whole(outputs.member / MODEL_NAME, trained.export())
    save_out_of_fold(outputs.member / OUT_OF_FOLD_NAME, predictions)
    write_json(outputs.member / HISTORY_NAME, history_of(name, params, predictions, trained.epochs))
    progress.end()


def cross_validate(
    data: TrainingData, dataset: DataSet, trainers: Mapping[str, Trainer], progress: Progress | None = None
) -> OutOfFold:
    """Out-of-fold predictions of each member, for every track with a recording, in every shuffle.

    Args:
        data: features of all tracks.
        dataset: whose folds are used.
        trainers: by member.
        progress: where folds that are done are found and kept; nowhere if None.
    """
    kept = NoProgress() if progress is None else progress
    heard = data.heard
    names = [track.name for track in data.tracks]
    folds = np.array([[fold[name] for name in names] for fold in dataset.folds.values()])
    rows = {name: np.empty((len(folds), len(names), len(data.genres)), np.float32) for name in trainers}
    for shuffle, fold in [(shuffle, fold) for shuffle, of in enumerate(folds) for fold in np.unique(of)]:
        outside = folds[shuffle] == fold
        for name, train in trainers.items():
            held_out = view_rows(data, name).of(outside & heard)
            label = f"{name}-{shuffle}-{fold}"
            means = kept.recall(label)
            if means is None:
                means = _track_means(held_out, train(data, ~outside).log_proba(held_out.values))
                kept.keep(label, means)
            rows[name][shuffle, np.unique(held_out.track)] = means
    tracks = [track for track, is_heard in zip(data.tracks, heard, strict=True) if is_heard]
    return OutOfFold(
        names=tuple(track.name for track in tracks),
        genres=data.genres,
        truth=data.genre[heard],
        groups=tuple(track.group for track in tracks),
        kinds=tuple(track.kind for track in tracks),
        shuffles=tuple(dataset.folds),
        folds=folds[:, heard],
        log_proba={name: values[:, heard] for name, values in rows.items()},
    )


def _track_means(rows: TrackRows, log_proba: FloatArray) -> FloatArray:
    """Mean of each track's rows, tracks in order."""
    track, starts = np.unique(rows.track, return_index=True)
    sums = np.add.reduceat(log_proba.astype(np.float64), starts, axis=0)
    return np.asarray(sums / np.bincount(rows.track)[track][:, None], dtype=np.float32)


def _key(data: TrainingData, dataset: DataSet, backbone: bytes, params: MemberParams) -> str:
    """Of everything that the result of a fold depends on."""
    digest = hashlib.sha256(msgspec.json.encode([type(params).__name__, params, dataset.folds]))
    digest.update(hashlib.sha256(backbone).digest())
    for rows in (data.clean, data.clean_tags, data.copies, data.taggrams, data.clips, data.table):
        digest.update(rows.track.tobytes() + rows.values.tobytes())
    digest.update("".join([*(version(name) for name in _LIBRARIES), *data.genres]).encode() + data.genre.tobytes())
    return digest.hexdigest()[:32]


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--member", choices=MEMBERS, required=True)
    layout, member = Layout(), parser.parse_args().member
    params = getattr(read_settings(Path(PARAMS_NAME)).train, member)
    if isinstance(params, CnnMemberParams):
        _run_scratch(layout, params)
        return
    run(
        Inputs(layout.data, layout.features, layout.backbone / BACKBONE),
        Outputs(layout.member(member), layout.progress(member)),
        params,
    )


def _run_scratch(layout: Layout, params: CnnMemberParams) -> None:
    if find_spec("torch") is None:
        raise SettingsError(BAD_SETTING, "cnn", "needs PyTorch, which no extra installs: pip install torch")
    from genrekit.pipeline.train_scratch import run as run_scratch  # noqa: PLC0415 - imports PyTorch

    run_scratch(layout, params)


if __name__ == "__main__":
    run_stage(main)
