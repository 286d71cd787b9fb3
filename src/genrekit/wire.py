"""Answers as JSON: one form for ``--json``, the service, its client and files.

Probabilities and times are rounded here, and only here, so that the same answer is the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from genrekit.errors import GenrekitError
from genrekit.values import ClipResult, Prediction

_DIGITS: Final = 6


class ClipRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of the timeline: seconds, and probability by genre."""

    start: float
    end: float
    proba: dict[str, float]


class PredictionRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An answered track; ``clips`` is left out unless the timeline was asked for."""

    path: str
    genre: str
    unsure: bool
    proba: dict[str, float]
    duration: float
    warnings: list[str]
    artifact_id: str
    clips: list[ClipRecord] | None = None


class ErrorDetail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a track has no answer: a code of the error table and a sentence that names the track."""

    code: str
    message: str


class ErrorRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A track without an answer."""

    path: str
    error: ErrorDetail


class Candidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A genre with its probability."""

    genre: str
    proba: float


class AnswerRecord(PredictionRecord, frozen=True, kw_only=True, omit_defaults=True):
    """What the service answers: the prediction, its best candidates, and who answered.

    ``path`` is the name under which the client sent the file, cut to 255 characters.
    """

    top: list[Candidate]
    genrekit: str
    request_id: str


class ModelRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The artifact that answers: what ``GET /v1/model`` tells."""

    artifact_id: str
    genrekit: str
    genres: list[str]
    members: dict[str, float]
    views: dict[str, Any]
    clip_seconds: float
    unsure_below: float
    metrics: dict[str, Any]
    provenance: dict[str, str]


class LimitsRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the service takes: what ``GET /v1/limits`` tells; bytes, seconds and numbers of files or requests."""

    upload_bytes: int
    samples_bytes: int
    job_bytes: int
    job_files: int
    min_seconds: float
    max_seconds: float
    job_max_seconds: float
    max_channels: int
    body_seconds: float
    request_seconds: float
    requests_held: int
    quota_per_minute: int


class JobFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One file of a job: its name and state, and its answer or error as soon as there is one."""

    name: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    answer: PredictionRecord | None = None
    error: ErrorDetail | None = None


class JobRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A job of many files, or of long ones; ``created`` and ``expires`` are seconds since 1970, UTC."""

    id: str
    state: Literal["queued", "running", "done", "cancelled"]
    created: float
    expires: float
    files: list[JobFile]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal in the form of RFC 9457; ``errors`` point at the parts of the request that are at fault."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    hint: str
    request_id: str
    errors: list[dict[str, str]] | None = None


def prediction_record(path: str, prediction: Prediction, *, timeline: bool = False) -> PredictionRecord:
    """An answer in the form that is written; rounded to six digits."""
    return PredictionRecord(
        path=path,
        genre=prediction.genre,
        unsure=prediction.unsure,
        proba=_rounded(prediction.proba),
        duration=round(prediction.duration, _DIGITS),
        warnings=list(prediction.warnings),
        artifact_id=prediction.artifact_id,
        clips=[_clip_record(clip) for clip in prediction.clips] if timeline else None,
    )


def error_record(path: str, error: GenrekitError) -> ErrorRecord:
    """A failure in the form that is written."""
    return ErrorRecord(path=path, error=ErrorDetail(code=error.kind.code, message=str(error)))


def encode(record: PredictionRecord | ErrorRecord) -> str:
    """One line of JSON, without the line's end."""
    return msgspec.json.encode(record).decode()


def decode(line: str | bytes) -> PredictionRecord | ErrorRecord:
    """Read what `encode` wrote.

    Raises:
        msgspec.ValidationError: not of either form; unknown keys are refused.
    """
    raw = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    form: type[PredictionRecord | ErrorRecord] = ErrorRecord if "error" in raw else PredictionRecord
    return msgspec.json.decode(line, type=form)


def to_prediction(record: PredictionRecord) -> Prediction:
    """The value that a record was made from, up to rounding."""
    clips = tuple(ClipResult(clip.start, clip.end, clip.proba) for clip in record.clips or ())
    return Prediction(
        genre=record.genre,
        unsure=record.unsure,
        proba=record.proba,
        clips=clips,
        duration=record.duration,
        artifact_id=record.artifact_id,
        warnings=tuple(record.warnings),
    )


def _clip_record(clip: ClipResult) -> ClipRecord:
    return ClipRecord(round(clip.start, _DIGITS), round(clip.end, _DIGITS), _rounded(clip.proba))


def _rounded(proba: Mapping[str, float]) -> dict[str, float]:
    return {genre: round(value, _DIGITS) for genre, value in proba.items()}
