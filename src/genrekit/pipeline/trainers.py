"""What trains each member: the rows it learns from, its training, its export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.members.fill import fit_fill
from genrekit.pipeline.members.forest import export_forest, train_forest
from genrekit.pipeline.members.gaussian_nb import export_gaussian_nb, train_gaussian_nb
from genrekit.pipeline.members.musicnn import export_head, train_musicnn
from genrekit.pipeline.members.rows import TrainingRows, balance_genres, spread_rows, track_weights, within_tracks
from genrekit.pipeline.members.table import at_level
from genrekit.pipeline.members.tags import genre_tags, tag_weights
from genrekit.pipeline.settings import (
    LEVEL_DBFS,
    CnnMemberParams,
    ForestParams,
    GaussianNbParams,
    MusicnnParams,
    TrainParams,
)
from genrekit.pipeline.training_data import TrackRows, TrainingData

FloatArray = NDArray[np.float32]
Mask = NDArray[np.bool_]
MemberParams = MusicnnParams | ForestParams | GaussianNbParams


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A member as trained.

    Attributes:
        log_proba: from rows of its view to log-probabilities, float32 (n_rows, n_genres).
        export: its serialised ONNX graph.
        epochs: figures of each epoch, where it was trained in epochs.
    """

    log_proba: Callable[[FloatArray], FloatArray]
    export: Callable[[], bytes]
    epochs: tuple[Mapping[str, float], ...] = ()


Trainer = Callable[[TrainingData, Mask], Trained]
"""Trains on the tracks of a mask, bool (n_tracks,)."""


def trainer_of(params: MemberParams, backbone: bytes) -> Trainer:
    """What trains the member that these settings are of."""
    match params:
        case MusicnnParams():
            return head_trainer(backbone, params)
        case ForestParams():
            return forest_trainer(params)
        case GaussianNbParams():
            return bayes_trainer(params)


def trainers_of(params: TrainParams, backbone: bytes) -> dict[str, Trainer]:
    """By name, what trains each member that learns from features; a network is measured by a stage of its own."""
    chosen = {name: getattr(params, name) for name in params.members}
    return {
        name: trainer_of(member, backbone) for name, member in chosen.items() if not isinstance(member, CnnMemberParams)
    }


def head_trainer(backbone: bytes, params: MusicnnParams) -> Trainer:
    """What trains the head on the backbone, on the tracks of a mask."""
    weights = tag_weights(backbone)

    def train(data: TrainingData, inside: Mask) -> Trained:
        rows, wandering = _head_rows(data, inside, params)
        head = train_musicnn(rows, weights, genre_tags(data.genres), params.head, wandering)
        return Trained(head.log_proba, lambda: export_head(head))

    return train


def forest_trainer(params: ForestParams) -> Trainer:
    """What trains the forest on the tabular features, on the tracks of a mask."""

    def train(data: TrainingData, inside: Mask) -> Trained:
        forest = train_forest(_table_rows(data, inside), params)
        return Trained(forest.log_proba, lambda: export_forest(forest))

    return train


def bayes_trainer(params: GaussianNbParams) -> Trainer:
    """What trains Gaussian naive Bayes on the tabular features, on the tracks of a mask."""

    def train(data: TrainingData, inside: Mask) -> Trained:
        bayes = train_gaussian_nb(_table_rows(data, inside), params)
        return Trained(bayes.log_proba, lambda: export_gaussian_nb(bayes))

    return train


def view_rows(data: TrainingData, member: str) -> TrackRows:
    """The rows that a member answers for: all clips of the recordings, as a prediction cuts them."""
    return {"musicnn": data.clean, "forest": data.clips, "gaussian_nb": data.clips}[member]


def _head_rows(
    data: TrainingData, inside: Mask, params: MusicnnParams
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


def _filled(data: TrainingData, inside: Mask, picked: NDArray[np.int64], params: MusicnnParams) -> TrackRows:
    """Embeddings estimated from published tags; none, and nothing is fitted, where no tags were published."""
    tags, clean = data.taggrams.of(inside), data.clean.of(inside)
    if not len(tags.track):
        return TrackRows(tags.track, np.zeros((0, clean.values.shape[1]), np.float32))
    shown = spread_rows(tags.track, params.patches)
    fill = fit_fill(data.clean_tags.of(inside).values[picked], clean.values[picked], params.fill)
    return TrackRows(tags.track[shown], fill.embed(tags.values[shown]))


def _table_rows(data: TrainingData, inside: Mask) -> TrainingRows:
    """Clips of recordings, and rows of the published table brought to the same level."""
    clips, table = data.clips.of(inside), data.table.of(inside)
    track = np.concatenate([clips.track, table.track])
    genre = data.genre[track]
    values = np.concatenate([clips.values, at_level(table.values.astype(np.float64), table.track, LEVEL_DBFS)])
    return TrainingRows(values, genre, balance_genres(genre, track_weights(track)))
