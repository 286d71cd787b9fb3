"""What the network trained from scratch learns from: frames of recordings, and the teacher's words about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.feature_store import load_rows
from genrekit.pipeline.frames import FrameParams, compute_frames, load_frames
from genrekit.pipeline.members.spectra import Spectra
from genrekit.pipeline.members.tags import tag_weights
from genrekit.pipeline.members.teacher import teach
from genrekit.pipeline.settings import MusicnnParams
from genrekit.pipeline.trainers import head_trainer
from genrekit.pipeline.training_data import TrainingData, load_training_data

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Everything that the folds are trained on.

    Attributes:
        tracks: with a recording.
        spectra: of them, without a teacher.
        backbone: serialised nets beneath the teacher.
        data: of all tracks, for the teacher; None where nobody teaches.
        starts: by track, float (n_patches,), where the teacher's patches begin, in frames.
    """

    tracks: tuple[Track, ...]
    spectra: Spectra
    backbone: bytes
    data: TrainingData | None = None
    starts: tuple[NDArray[np.float64], ...] = ()


def load_material(dataset: DataSet, folder: Path, frames: FrameParams, backbone: bytes) -> Material:
    """Frames of all recordings; those that are missing are computed.

    Raises:
        DatasetError: a track cannot be used.
    """
    tracks, place = dataset.with_audio, folder / f"frames-{frames.kind}"
    compute_frames(tracks, place, frames)
    spectra = Spectra(
        frames=load_frames(place, tracks),
        genre=np.array([dataset.genres.index(track.genre) for track in tracks]),
        groups=tuple(track.group for track in tracks),
        n_genres=len(dataset.genres),
    )
    return Material(tracks, spectra, backbone)


def with_teacher(material: Material, dataset: DataSet, features: Path, rate: float) -> Material:
    """The same, and what the teacher is trained on.

    Args:
        material: frames.
        dataset: of the same tracks.
        features: folder of the parts that `genrekit.pipeline.featurize` wrote.
        rate: frames a second.

    Raises:
        DatasetError: features are missing.
    """
    patches = load_rows(features / "clean", [track.name for track in material.tracks])
    ends = np.cumsum(np.bincount(patches.track, minlength=len(material.tracks)))[:-1]
    starts = np.split(patches.values["start"].astype(np.float64) * rate, ends)
    return replace(material, data=load_training_data(dataset, features), starts=tuple(starts))


def taught(material: Material, inside: Mask, sharpness: float) -> Spectra:
    """Some of the tracks, with what a head says of them that was trained on them and on no group of the others.

    Args:
        material: with a teacher.
        inside: bool (n_tracks,) over the tracks of `material`.
        sharpness: factor on the head's log-probabilities.
    """
    if material.data is None:
        raise ValueError("this material has no teacher")
    data, chosen = material.data, np.flatnonzero(inside)
    hidden = {track.group for track, kept in zip(material.tracks, inside, strict=True) if not kept}
    mask = np.array([track.group not in hidden for track in data.tracks])
    head = head_trainer(material.backbone, MusicnnParams())(data, mask)
    soft = teach(
        _embeddings(data, chosen),
        [material.starts[place] for place in chosen],
        head.log_proba,
        tag_weights(material.backbone),
        sharpness,
    )
    return replace(material.spectra.of(chosen), soft=soft)


def _embeddings(data: TrainingData, chosen: Sequence[int] | NDArray[np.int64]) -> list[NDArray[np.float32]]:
    """By track, float32 (n_patches, n_dims); places count the tracks with a recording."""
    heard = np.flatnonzero(data.heard)
    return [data.clean.values[data.clean.track == heard[place]] for place in chosen]
