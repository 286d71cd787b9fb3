"""The line: from a sound file to its genre. With `genrekit.viewers`, the only module that knows all steps."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from genrekit import __version__
from genrekit.artifact import SHIPPED, Artifact, read_artifact
from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.limits import Limits
from genrekit.observability import Observer, Unobserved, observed
from genrekit.steps.clips import excerpts, level_gain, timeline_spans
from genrekit.steps.decode import Source, decode, from_samples
from genrekit.steps.ensemble import Combination, combine_timeline, combine_track
from genrekit.steps.members import Member, load_member
from genrekit.values import ClipResult, MemberScores, Prediction, View, Waveform
from genrekit.viewers import Viewer, make_viewer
from genrekit.wire import ModelRecord

_EXCERPT_SECONDS: Final = 30.0
_LIMITS: Final = Limits()
_UNOBSERVED: Final = Unobserved()

_Heard = Sequence[tuple[float, Waveform]]


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """An artifact, ready to answer. Holds no state of its own and may be shared by threads.

    Make one with `Predictor.load`; the attributes are for reading.

    Attributes:
        artifact: that answers.
        limits: on what is accepted.
        members: of the ensemble, those without weight left out.
        viewers: by name, what makes the views that the members look at.
        observer: is told how long each step takes.
    """

    artifact: Artifact
    limits: Limits
    members: tuple[Member, ...]
    viewers: dict[str, Viewer]
    observer: Observer

    @classmethod
    def load(
        cls,
        artifact: str | os.PathLike[str] | None = None,
        *,
        limits: Limits = _LIMITS,
        observer: Observer = _UNOBSERVED,
    ) -> Self:
        """Read an artifact and get it ready.

        Args:
            artifact: folder of the artifact; the one that ships with genrekit if None.
            limits: on what is accepted.
            observer: is told how long each step takes.

        Raises:
            ArtifactError: the artifact is missing, damaged or refused.
        """
        loaded = read_artifact(SHIPPED if artifact is None else Path(artifact))
        entries = [entry for entry in loaded.manifest.members if entry.weight > 0]
        return cls(
            artifact=loaded,
            limits=limits,
            members=tuple(load_member(m.name, m.view, m.weight, loaded.files[m.file]) for m in entries),
            viewers={view: make_viewer(loaded, view) for view in sorted({entry.view for entry in entries})},
            observer=observer,
        )

    @property
    def genres(self) -> tuple[str, ...]:
        """What a prediction may say."""
        return self.artifact.manifest.genres

    def predict(
        self,
        source: Source,
        *,
        threshold: float | None = None,
        max_seconds: float | None = None,
        excerpts: int | None = None,
    ) -> Prediction:
        """The genre of a sound file.

        Args:
            source: path, bytes or binary file object; any format, rate, channel count and length.
            threshold: top probability below which the answer is unsure; the artifact's own if None.
            max_seconds: hear at most so much [s]: the beginning, or with `excerpts` spread over the track.
            excerpts: hear so many stretches, spread evenly over the track, of 30 s each without `max_seconds`.

        Raises:
            AudioError: there is no answer to be had from this file.
            SettingsError: an option makes no sense.
        """
        _check_options(threshold, max_seconds, excerpts)
        with observed(self.observer, "decode"):
            waveform = decode(source, self.limits, max_seconds=None if excerpts else max_seconds)
        return self._answer(waveform, threshold, excerpts, max_seconds)

    def predict_samples(
        self,
        samples: ArrayLike,
        sample_rate: int,
        *,
        threshold: float | None = None,
        excerpts: int | None = None,
    ) -> Prediction:
        """The genre of samples in memory.

        Args:
            samples: numbers of shape (n_samples,) or (n_samples, n_channels), full scale at 1.
            sample_rate: [Hz].
            threshold: as in `predict`.
            excerpts: as in `predict`, of 30 s each.

        Raises:
            AudioError: there is no answer to be had from these samples.
            SettingsError: an option makes no sense.
        """
        _check_options(threshold, None, excerpts)
        return self._answer(from_samples(samples, sample_rate, self.limits), threshold, excerpts, None)

    def member_scores(self, waveform: Waveform) -> tuple[MemberScores, ...]:
        """What each of `members` says of a track, in their order; training and evaluation start from here too."""
        return self._scores(waveform, ((0.0, waveform),))

    def _answer(
        self, waveform: Waveform, threshold: float | None, count: int | None, max_seconds: float | None
    ) -> Prediction:
        heard: _Heard = ((0.0, waveform),)
        if count is not None:
            heard = excerpts(waveform, count, max_seconds / count if max_seconds else _EXCERPT_SECONDS)
        scores = self._scores(waveform, heard)
        with observed(self.observer, "combine"):
            proba, clips = self._combine(scores, waveform.duration)
        genre = max(proba, key=proba.__getitem__)
        below = self.artifact.manifest.unsure_below if threshold is None else threshold
        duration = sum(part.duration for _, part in heard)
        return Prediction(
            genre=genre,
            unsure=proba[genre] < below,
            proba=proba,
            clips=clips,
            duration=duration,
            artifact_id=self.artifact.id,
            warnings=waveform.warnings + self._warnings(duration),
        )

    def _scores(self, waveform: Waveform, heard: _Heard) -> tuple[MemberScores, ...]:
        gain = level_gain(waveform.samples, self.artifact.manifest.views.level_dbfs)
        with observed(self.observer, "views"):
            views = {name: _joined(viewer, heard, gain) for name, viewer in self.viewers.items()}
        return tuple(self._score(member, views[member.view]) for member in self.members)

    def _score(self, member: Member, view: View) -> MemberScores:
        with observed(self.observer, f"member.{member.name}"):
            return member.score(view)

    def _combine(
        self, scores: Sequence[MemberScores], duration: float
    ) -> tuple[dict[str, float], tuple[ClipResult, ...]]:
        manifest = self.artifact.manifest
        weights = tuple(member.weight for member in self.members)
        calibration = manifest.calibration
        combination = Combination(manifest.genres, weights, calibration.sharpness, calibration.floor)
        stretches = timeline_spans(duration, manifest.clip_seconds)
        return combine_track(scores, combination), combine_timeline(scores, combination, stretches)

    def _warnings(self, duration: float) -> tuple[str, ...]:
        clip_seconds = self.artifact.manifest.clip_seconds
        if duration >= clip_seconds:
            return ()
        return (f"only {duration:.1f} s of sound, less than one clip of {clip_seconds:g} s: a weak basis",)


def _joined(viewer: Viewer, heard: _Heard, gain: float) -> View:
    """One view of all that was heard, its times those of the track."""
    parts = [(start, viewer(part, gain)) for start, part in heard]
    return View(
        values=np.concatenate([view.values for _, view in parts]),
        spans=np.concatenate([view.spans + start for start, view in parts]),
    )


def _check_options(threshold: float | None, max_seconds: float | None, excerpts: int | None) -> None:
    if threshold is not None and not 0 <= threshold <= 1:
        raise SettingsError(BAD_SETTING, "threshold", f"must lie between 0 and 1, got {threshold:g}")
    if max_seconds is not None and not max_seconds >= 1:
        raise SettingsError(BAD_SETTING, "max_seconds", f"must be at least 1 s, got {max_seconds:g}")
    if excerpts is not None and excerpts < 1:
        raise SettingsError(BAD_SETTING, "excerpts", f"must be at least 1, got {excerpts}")


def model_record(artifact: Artifact) -> ModelRecord:
    """What the service and the web app tell of an artifact."""
    manifest = artifact.manifest
    return ModelRecord(
        artifact_id=artifact.id,
        genrekit=__version__,
        genres=list(manifest.genres),
        members={member.name: member.weight for member in manifest.members},
        views=msgspec.to_builtins(manifest.views),
        clip_seconds=manifest.clip_seconds,
        unsure_below=manifest.unsure_below,
        metrics=manifest.metrics,
        provenance=manifest.provenance,
    )
