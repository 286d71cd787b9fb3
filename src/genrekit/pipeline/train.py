"""Stage: from features to trained members and their out-of-fold predictions.

``python -m genrekit.pipeline.train --work work``

Reads ``WORK/features`` and ``WORK/members/backbone.onnx``; writes ``WORK/members/MEMBER.onnx``,
``WORK/out_of_fold.npz`` and ``WORK/tabular.npz``. Everything is fitted anew for each fold on the other folds'
tracks only: fills, standardisation, members.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.assemble import BACKBONE
from genrekit.pipeline.datasets.index import DataSet, data_root, read_dataset
from genrekit.pipeline.members.fill import FillParams, fit_fill
from genrekit.pipeline.members.forest import ForestParams, export_forest, train_forest
from genrekit.pipeline.members.musicnn import HeadParams, export_head, train_musicnn
from genrekit.pipeline.members.rows import TrainingRows, balance_genres, spread_rows, track_weights, within_tracks
from genrekit.pipeline.members.table import at_level
from genrekit.pipeline.members.tags import genre_tags, tag_weights
from genrekit.pipeline.out_of_fold import OutOfFold, save_out_of_fold
from genrekit.pipeline.settings import LEVEL_DBFS
from genrekit.pipeline.training_data import TrackRows, TrainingData, load_training_data

FloatArray = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TrainParams:
    """What decides the members besides the data.

    Attributes:
        patches: of a track that are learnt from, at most, clean and filled ones each.
        fill_weight: of a track of which only tags are known, against 1 for one that was heard.
        fill: how embeddings are estimated from tags.
        head: how the head on the backbone is regularised.
        forest: how the forest grows.
    """

    patches: int = 6
    fill_weight: float = 0.5
    fill: FillParams = field(default_factory=FillParams)
    head: HeadParams = field(default_factory=HeadParams)
    forest: ForestParams = field(default_factory=ForestParams)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A member as trained.

    Attributes:
        log_proba: from rows of its view to log-probabilities, float32 (n_rows, n_genres).
        export: its serialised ONNX graph.
    """

    log_proba: Callable[[FloatArray], FloatArray]
    export: Callable[[], bytes]


Trainer = Callable[[TrainingData, Mask], Trained]

DEFAULT: Final = TrainParams()


def head_trainer(backbone: bytes, params: TrainParams) -> Trainer:
    """What trains the head on the backbone, on the tracks of a mask."""
    weights = tag_weights(backbone)

    def train(data: TrainingData, inside: Mask) -> Trained:
        rows, wandering = _head_rows(data, inside, params)
        head = train_musicnn(rows, weights, genre_tags(data.genres), params.head, wandering)
        return Trained(head.log_proba, lambda: export_head(head))

    return train


def forest_trainer(params: TrainParams) -> Trainer:
    """What trains the forest on the tabular features, on the tracks of a mask."""

    def train(data: TrainingData, inside: Mask) -> Trained:
        forest = train_forest(_forest_rows(data, inside), params.forest)
        return Trained(forest.log_proba, lambda: export_forest(forest))

    return train


def _head_rows(
    data: TrainingData, inside: Mask, params: TrainParams
) -> tuple[TrainingRows, NDArray[np.float64] | None]:
    """Patches of recordings and of their copies, and filled-in patches of tracks whose tags were published.

    With them, how the patches that were heard wander about the mean of their track, where the head asks for that.
    """
    clean, copies = data.clean.of(inside), data.copies.of(inside)
    picked = spread_rows(clean.track, params.patches)
    filled = _filled(data, inside, picked, params)
    heard = np.concatenate([clean.track[picked], copies.track])
    sounds = np.concatenate([clean.values[picked], copies.values])
    weight = np.concatenate([track_weights(heard), track_weights(filled.track, params.fill_weight)])
    genre = data.genre[np.concatenate([heard, filled.track])]
    rows = TrainingRows(np.concatenate([sounds, filled.values]), genre, balance_genres(genre, weight))
    return rows, within_tracks(sounds, heard) if params.head.within else None


def _filled(data: TrainingData, inside: Mask, picked: NDArray[np.int64], params: TrainParams) -> TrackRows:
    """Embeddings estimated from published tags; none, and nothing is fitted, where no tags were published."""
    tags, clean = data.taggrams.of(inside), data.clean.of(inside)
    if not len(tags.track):
        return TrackRows(tags.track, np.zeros((0, clean.values.shape[1]), np.float32))
    shown = spread_rows(tags.track, params.patches)
    fill = fit_fill(data.clean_tags.of(inside).values[picked], clean.values[picked], params.fill)
    return TrackRows(tags.track[shown], fill.embed(tags.values[shown]))


def _forest_rows(data: TrainingData, inside: Mask) -> TrainingRows:
    """Clips of recordings, and rows of the published table brought to the same level."""
    clips, table = data.clips.of(inside), data.table.of(inside)
    track = np.concatenate([clips.track, table.track])
    genre = data.genre[track]
    values = np.concatenate([clips.values, at_level(table.values.astype(np.float64), table.track, LEVEL_DBFS)])
    return TrainingRows(values, genre, balance_genres(genre, track_weights(track)))


def cross_validate(data: TrainingData, dataset: DataSet, trainers: Mapping[str, Trainer]) -> OutOfFold:
    """Out-of-fold predictions of each member, for every track with a recording, in every shuffle."""
    heard = data.heard
    names = [track.name for track in data.tracks]
    folds = np.array([[fold[name] for name in names] for fold in dataset.folds.values()])
    rows = {name: np.empty((len(folds), len(names), len(data.genres)), np.float32) for name in trainers}
    for shuffle, fold_of in enumerate(folds):
        for fold in np.unique(fold_of):
            for name, train in trainers.items():
                trained = train(data, fold_of != fold)
                held_out = _view_rows(data, name).of((fold_of == fold) & heard)
                track, means = _track_means(held_out, trained.log_proba(held_out.values))
                rows[name][shuffle, track] = means
                print(f"shuffle {shuffle}, fold {fold}, {name}", file=sys.stderr)  # noqa: T201 - progress
    tracks = [track for track, kept in zip(data.tracks, heard, strict=True) if kept]
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


def _view_rows(data: TrainingData, member: str) -> TrackRows:
    return {"musicnn": data.clean, "forest": data.clips}[member]


def _track_means(rows: TrackRows, log_proba: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """Tracks in order, and the mean of each one's rows."""
    track, starts = np.unique(rows.track, return_index=True)
    sums = np.add.reduceat(log_proba.astype(np.float64), starts, axis=0)
    return track, (sums / np.bincount(rows.track)[track][:, None]).astype(np.float32)


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    work = parser.parse_args().work
    dataset = read_dataset(data_root())
    data = load_training_data(dataset, work / "features")
    backbone = (work / "members" / BACKBONE).read_bytes()
    trainers = {"musicnn": head_trainer(backbone, DEFAULT), "forest": forest_trainer(DEFAULT)}
    save_out_of_fold(work / "out_of_fold.npz", cross_validate(data, dataset, trainers))
    np.savez(work / "tabular.npz", values=data.clips.values)
    for name, train in trainers.items():
        trained = train(data, np.ones(len(data.tracks), bool))
        (work / "members" / f"{name}.onnx").write_bytes(trained.export())


if __name__ == "__main__":
    main()
