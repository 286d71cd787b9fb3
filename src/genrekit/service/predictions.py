"""Routes that answer at once: one file, one set of samples, and the address of the service before this one."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from genrekit import __version__
from genrekit.genres import display_genre
from genrekit.service.answering import Answering, Heard
from genrekit.service.schemas import (
    ANSWER,
    AUDIO_BODY,
    LEGACY,
    LEGACY_BODY,
    LEGACY_RESPONSES,
    PREDICTION_ERRORS,
    SAMPLES_BODY,
    SAMPLES_ERRORS,
    responses,
)
from genrekit.service.uploads import receive_audio, receive_json
from genrekit.wire import AnswerRecord, Candidate

router = APIRouter(tags=["predictions"])

_MAX_TOP: Final = 100
_MAX_SECONDS: Final = 86_400.0
PREDICTIONS: Final = "/v1/predictions"
SAMPLES: Final = "/v1/predictions/samples"

Top = Annotated[int, Query(ge=1, le=_MAX_TOP, description="How many candidates to list.")]
Timeline = Annotated[bool, Query(description="Whether to tell the genre over time.")]
Threshold = Annotated[
    float | None, Query(ge=0, le=1, description='Top probability below which the answer is "unsure".')
]
MaxSeconds = Annotated[
    float | None, Query(ge=1, le=_MAX_SECONDS, description="Hear only the beginning of the sound [s].")
]


@router.post(
    PREDICTIONS,
    summary="The genre of a sound file",
    responses=responses(200, ANSWER, PREDICTION_ERRORS, PREDICTIONS),
    openapi_extra=dict(AUDIO_BODY),
)
async def predict_file(
    request: Request,
    top: Top = 3,
    timeline: Timeline = False,
    threshold: Threshold = None,
    max_seconds: MaxSeconds = None,
) -> Response:
    """One file, as multipart/form-data or as the bytes alone with an audio type; any format, rate and channel count."""
    heard = await _answering(request).answer(request, receive_audio, "audio", max_seconds)
    return _json(answer_record(heard, _request_id(request), top=top, timeline=timeline, threshold=threshold))


@router.post(
    SAMPLES,
    summary="The genre of samples",
    responses=responses(200, ANSWER, SAMPLES_ERRORS, SAMPLES),
    openapi_extra=dict(SAMPLES_BODY),
)
async def predict_samples(
    request: Request, top: Top = 3, timeline: Timeline = False, threshold: Threshold = None
) -> Response:
    """Samples as JSON numbers, with their sample rate, which is required: a wrong one gives wrong answers."""
    heard = await _answering(request).answer(request, receive_json, "samples", None)
    return _json(answer_record(heard, _request_id(request), top=top, timeline=timeline, threshold=threshold))


@router.post(
    LEGACY,
    summary="The genre of samples, as services before this one told it",
    deprecated=True,
    responses=LEGACY_RESPONSES,
    openapi_extra=dict(LEGACY_BODY),
)
async def predict_music(request: Request) -> Response:
    """Deprecated: use /v1/predictions/samples. Without `sample_rate` the samples are taken to be at 22,050 Hz."""
    heard = await _answering(request).answer(request, receive_json, "legacy", None)
    headers = {"Deprecation": "true", "Link": f'<{SAMPLES}>; rel="successor-version"'}
    content = msgspec.json.encode(display_genre(heard.record.genre))
    return Response(content, media_type="application/json", headers=headers)


def answer_record(heard: Heard, request_id: str, *, top: int, timeline: bool, threshold: float | None) -> AnswerRecord:
    """What is shown of an answer: it holds everything, the client chooses."""
    record = heard.record
    ranked = sorted(record.proba.items(), key=lambda item: -item[1])[:top]
    return AnswerRecord(
        path=heard.name,
        genre=record.genre,
        unsure=record.unsure if threshold is None else record.proba[record.genre] < threshold,
        proba=record.proba,
        duration=record.duration,
        warnings=record.warnings,
        artifact_id=record.artifact_id,
        clips=record.clips if timeline else None,
        top=[Candidate(genre, proba) for genre, proba in ranked],
        genrekit=__version__,
        request_id=request_id,
    )


def _answering(request: Request) -> Answering:
    answering: Answering = request.app.state.answering
    return answering


def _request_id(request: Request) -> str:
    return str(request.state.context.request_id)


def _json(record: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(record), media_type="application/json")
