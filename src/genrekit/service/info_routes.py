"""Routes that tell of the service itself."""

from __future__ import annotations

from typing import Final

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from genrekit.errors import NOT_FOUND, NOT_READY, UNAUTHORIZED, ServiceError, SettingsError, find_kind
from genrekit.service import metrics, pages
from genrekit.service.admission import refusal
from genrekit.service.answering import Answering
from genrekit.service.schemas import LIMITS, MODEL, problems, responses
from genrekit.wire import LimitsRecord

router = APIRouter(tags=["service"])

_KEYED: Final = (UNAUTHORIZED,)


@router.get(
    "/v1/model", summary="Which artifact answers", responses=responses(200, MODEL, (*_KEYED, NOT_READY), "/v1/model")
)
async def model(request: Request) -> Response:
    """Genres, members and their weights, settings of the views, what it reaches, and what it was made of."""
    return _json(_answering(request).pool.ready.model)


@router.get("/v1/limits", summary="What is taken", responses=responses(200, LIMITS, _KEYED, "/v1/limits"))
async def limits(request: Request) -> Response:
    """Bytes, seconds, and numbers of files and requests; what is beyond them is refused."""
    settings = _answering(request).settings
    sound = settings.limits(settings.max_seconds, settings.work_seconds)
    return _json(
        LimitsRecord(
            upload_bytes=settings.upload_bytes,
            samples_bytes=settings.samples_bytes,
            job_bytes=settings.job_bytes,
            job_files=settings.job_files,
            min_seconds=sound.min_seconds,
            max_seconds=settings.max_seconds,
            job_max_seconds=settings.job_max_seconds,
            max_channels=sound.max_channels,
            body_seconds=settings.body_seconds,
            request_seconds=settings.request_seconds,
            requests_held=settings.capacity,
            quota_per_minute=settings.quota_per_minute,
        )
    )


@router.get("/healthz", summary="Whether the service lives")
async def healthz() -> dict[str, str]:
    """Answers as long as the event loop turns."""
    return {"status": "alive"}


@router.get("/readyz", summary="Whether the service takes requests", responses=problems((NOT_READY,), "/readyz"))
async def readyz(request: Request) -> dict[str, str]:
    """Answers 503 while no worker is ready, and as soon as the service is told to stop."""
    answering = _answering(request)
    if not answering.is_ready:
        raise refusal(ServiceError(NOT_READY, "service", "takes no requests"), answering.admission.retry_after)
    return {"status": "ready"}


@router.get(
    "/metrics",
    summary="Metrics in the OpenMetrics format",
    response_class=Response,
    responses={200: {"content": {metrics.CONTENT_TYPE: {"schema": {"type": "string"}}}}},
)
async def metrics_text(request: Request) -> Response:
    """For Prometheus."""
    return Response(_answering(request).metrics.text(), headers={"Content-Type": metrics.CONTENT_TYPE})


@router.get("/", include_in_schema=False)
async def home() -> HTMLResponse:
    """A plain page."""
    return HTMLResponse(pages.home_page())


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """The API, to be read; without scripts from elsewhere."""
    return HTMLResponse(pages.api_page(request.app.openapi()))


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """The API, for programs."""
    return JSONResponse(request.app.openapi())


@router.get("/errors/", include_in_schema=False)
async def error_index() -> HTMLResponse:
    """All errors."""
    return HTMLResponse(pages.error_index())


@router.get("/errors/{name}", include_in_schema=False)
async def error_page(name: str) -> HTMLResponse:
    """What the `type` of a problem points at."""
    try:
        return HTMLResponse(pages.error_page(find_kind(name)))
    except SettingsError as error:
        raise ServiceError(NOT_FOUND, "error", "there is none of this name") from error


def _answering(request: Request) -> Answering:
    answering: Answering = request.app.state.answering
    return answering


def _json(record: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(record), media_type="application/json")
