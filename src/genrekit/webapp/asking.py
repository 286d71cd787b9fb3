"""Whom the app asks: a predictor in this process, or a service elsewhere. The tabs know only what is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import clipfeat
from genrekit import wire
from genrekit.artifact import SHIPPED, Artifact, FeatureSummary, read_artifact
from genrekit.client import Client
from genrekit.limits import Limits
from genrekit.predictor import Predictor, model_record
from genrekit.steps.clips import cut_clips, level_gain, without_pauses
from genrekit.steps.decode import decode
from genrekit.steps.ensemble import Combination, combine_track
from genrekit.steps.features import tabular_view
from genrekit.steps.members import Member, load_member
from genrekit.values import Prediction, View, Waveform
from genrekit.wire import ModelRecord

Predict = Callable[[Path], Prediction]
_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Vote:
    """What one member says by itself.

    Attributes:
        member: its name.
        weight: that it has in the ensemble.
        proba: by genre; with the ensemble's calibration.
    """

    member: str
    weight: float
    proba: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Inside:
    """What only the process that predicts can tell of a track.

    Attributes:
        votes: of the members; empty where they are out of reach.
        features: mean over the clips of each of the 57 features, by name; empty where nobody compares them.
        summary: of those features over the training tracks, or None.
    """

    votes: tuple[Vote, ...] = ()
    features: Mapping[str, float] | None = None
    summary: FeatureSummary | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom the app asks.

    Attributes:
        predict: the answer to a file, with its timeline.
        model: which artifact answers.
        inside: what the members and features say of a track.
        where: in words, for the page.
    """

    predict: Predict
    model: Callable[[], ModelRecord]
    inside: Callable[[Waveform], Inside]
    where: str


def ask_here(folder: Path | None = None) -> Asking:
    """Ask a predictor in this process.

    Raises:
        ArtifactError: the artifact is refused.
    """
    predictor = Predictor.load(folder)
    artifact = predictor.artifact
    members = tuple(load_member(m.name, m.view, m.weight, artifact.files[m.file]) for m in artifact.manifest.members)
    return Asking(
        predict=predictor.predict,
        model=lambda: model_record(artifact),
        inside=lambda waveform: _inside(waveform, predictor, members),
        where="in this process; nothing leaves this computer",
    )


def ask_service(url: str, key: str | None = None) -> Asking:
    """Ask a service; it need not be there yet.

    Raises:
        SettingsError: that is no address.
    """
    client = Client(url, key, patience=20.0)

    def predict(path: Path) -> Prediction:
        return wire.to_prediction(client.predict(path, timeline=True))

    return Asking(predict, client.model, lambda _: Inside(), f"by the service at {url}")


def hear(path: Path) -> Waveform:
    """The sound of a file, for its pictures.

    Raises:
        AudioError: there is none to be had.
    """
    return decode(path, _LIMITS)


def shipped_id() -> str:
    """Which artifact ships with this version."""
    return read_artifact(SHIPPED).id


def _inside(waveform: Waveform, predictor: Predictor, members: tuple[Member, ...]) -> Inside:
    manifest = predictor.artifact.manifest
    gain = level_gain(waveform.samples, manifest.views.level_dbfs)
    views = {name: view(waveform, gain) for name, view in predictor.viewers.items()}
    table = views.get("tabular") or _tabular(waveform, gain, predictor.artifact)
    if table is not None:
        views["tabular"] = table
    votes = tuple(_vote(member, views[member.view], predictor) for member in members if member.view in views)
    means = (
        None if table is None else dict(zip(clipfeat.TABULAR_NAMES, table.values.mean(axis=0).tolist(), strict=True))
    )
    return Inside(votes, means, manifest.feature_summary)


def _tabular(waveform: Waveform, gain: float, artifact: Artifact) -> View | None:
    """The view of the features, also where no member with a weight looks at it."""
    settings = artifact.manifest.views.tabular
    if settings is None:
        return None
    config = clipfeat.FeatureConfig(sample_rate=settings.sample_rate, recipe=settings.recipe)
    samples = clipfeat.resample(waveform.samples, waveform.sample_rate, settings.sample_rate) * gain
    return tabular_view(without_pauses(cut_clips(samples, settings.sample_rate, settings.clip_seconds)), config)


def _vote(member: Member, view: View, predictor: Predictor) -> Vote:
    manifest = predictor.artifact.manifest
    calibration = manifest.calibration
    alone = Combination(manifest.genres, (1.0,), calibration.sharpness, calibration.floor)
    return Vote(member.name, member.weight, combine_track([member.score(view)], alone))
