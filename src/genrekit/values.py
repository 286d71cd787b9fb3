"""The values that flow along the line from a sound file to a genre.

Each is frozen and states its shapes, types and units; no value knows how it was made.
Arrays inside are to be treated as read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
SpanArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """A track as one channel of sound.

    Attributes:
        samples: float32 (n_samples,), the mean of the channels, full scale at 1.
        sample_rate: of the samples [Hz]; the decoder's native rate.
        warnings: sentences about what was lost or assumed while decoding.
    """

    samples: FloatArray
    sample_rate: int
    warnings: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Length [s]."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """Windows cut from a track. All have one length, but for a track (or excerpt) shorter than that.

    Attributes:
        samples: one float32 (n_samples,) a clip.
        spans: float64 (n_clips, 2), start and end of each in the track [s].
        sample_rate: [Hz].
    """

    samples: tuple[FloatArray, ...]
    spans: SpanArray
    sample_rate: int


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a member looks at.

    Attributes:
        values: float32 (n_clips, n_dims), or (n_clips, n_bands, n_frames).
        spans: float64 (n_clips, 2), start and end of each row in the track [s].
    """

    values: FloatArray
    spans: SpanArray


@dataclass(frozen=True, slots=True, eq=False)
class MemberScores:
    """What one member says of each of its clips.

    Attributes:
        log_proba: float32 (n_clips, n_genres), natural logarithm; each row's exponentials sum to 1.
        spans: float64 (n_clips, 2), start and end of each row in the track [s].
    """

    log_proba: FloatArray
    spans: SpanArray


@dataclass(frozen=True, slots=True)
class ClipResult:
    """The answer for one stretch of a track.

    Attributes:
        start: [s] from the beginning of the track.
        end: [s].
        proba: probability by genre, in the artifact's order of genres; sums to 1.
    """

    start: float
    end: float
    proba: Mapping[str, float]

    @property
    def genre(self) -> str:
        """The most probable genre."""
        return max(self.proba, key=self.proba.__getitem__)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer for a track.

    Attributes:
        genre: the most probable genre, also when `unsure`.
        unsure: whether its probability is below the threshold, so that the honest answer is "unsure".
        proba: calibrated probability by genre, in the artifact's order of genres; sums to 1.
        clips: the answer over time, in order of start.
        duration: of what was heard, pauses between excerpts not counted [s].
        artifact_id: which artifact answered.
        warnings: sentences about what makes the answer less reliable than usual.
    """

    genre: str
    unsure: bool
    proba: Mapping[str, float]
    clips: tuple[ClipResult, ...]
    duration: float
    artifact_id: str
    warnings: tuple[str, ...] = ()

    def top(self, n: int = 3) -> tuple[tuple[str, float], ...]:
        """The n most probable genres with their probabilities, best first; ties in the artifact's order."""
        ranked = sorted(self.proba.items(), key=lambda item: -item[1])
        return tuple(ranked[:n])
