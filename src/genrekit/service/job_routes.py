"""Routes of jobs: many files, or long ones, taken now and answered later."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from genrekit.errors import UNSUPPORTED_TYPE, ServiceError
from genrekit.service.answering import Answering
from genrekit.service.job_store import JobOptions
from genrekit.service.jobs import Jobs
from genrekit.service.predictions import MaxSeconds, Timeline
from genrekit.service.schemas import JOB, JOB_BODY, JOB_ERRORS, JOB_READ_ERRORS, responses
from genrekit.service.spool import removed_afterwards
from genrekit.service.uploads import BodyLimits, receive_audio
from genrekit.wire import JobRecord

router = APIRouter(tags=["jobs"])

JOBS: Final = "/v1/jobs"
ONE_JOB: Final = "/v1/jobs/{job_id}"
_KEY_LETTERS: Final = 200


@router.post(
    JOBS,
    summary="Have many files, or long ones, answered",
    status_code=202,
    responses=responses(202, JOB, JOB_ERRORS, JOBS),
    openapi_extra=dict(JOB_BODY),
)
async def create_job(
    request: Request,
    timeline: Timeline = False,
    max_seconds: MaxSeconds = None,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=_KEY_LETTERS, description="The same key with the same files: the same job."),
    ] = None,
) -> Response:
    """Files as multipart/form-data. Once this has answered, the job survives a restart of the service."""
    answering: Answering = request.app.state.answering
    jobs, settings = _jobs(request), answering.settings
    limits = BodyLimits(settings.job_bytes, settings.job_files, settings.body_seconds, settings.stall_seconds)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ServiceError(UNSUPPORTED_TYPE, "Content-Type", "must be multipart/form-data here")
    with answering.admission.permit(), removed_afterwards() as kept:
        await receive_audio(request, jobs.folder, limits, kept)
        options = JobOptions(request.state.context.client, idempotency_key, timeline, max_seconds)
        record, taken = await jobs.accept(tuple(kept), options)
        if taken:
            kept.clear()
    return _json(record, 202, {"Location": f"{JOBS}/{record.id}"})


@router.get(ONE_JOB, summary="A job and its results so far", responses=responses(200, JOB, JOB_READ_ERRORS, ONE_JOB))
async def read_job(request: Request, job_id: str) -> Response:
    """Results appear file by file, as they come."""
    return _json(await _jobs(request).read(job_id, request.state.context.client), 200, {})


@router.delete(ONE_JOB, summary="Cancel a job", responses=responses(200, JOB, JOB_READ_ERRORS, ONE_JOB))
async def cancel_job(request: Request, job_id: str) -> Response:
    """Files that wait are not begun; what is in work is finished, and what is answered stays."""
    return _json(await _jobs(request).cancel(job_id, request.state.context.client), 200, {})


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


def _json(record: JobRecord, status: int, headers: dict[str, str]) -> Response:
    return Response(msgspec.json.encode(record), status, headers, media_type="application/json")
