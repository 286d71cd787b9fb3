"""The application: what is built once, in which order it starts and stops, and how errors become answers."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp

from genrekit import __version__
from genrekit.errors import INTERNAL, MALFORMED, METHOD_NOT_ALLOWED, NOT_FOUND, GenrekitError, ServiceError
from genrekit.service import info_routes, job_routes, predictions
from genrekit.service.answering import Answering, PoolMaker
from genrekit.service.auth import Quota, read_keys
from genrekit.service.gate import CLIENT_GONE, Gate, Guard
from genrekit.service.job_store import JobStore
from genrekit.service.jobs import Jobs
from genrekit.service.metrics import Metrics, resident_bytes
from genrekit.service.pool import Pool, ProcessPool
from genrekit.service.problems import internal_problem, problem_response
from genrekit.service.schemas import complete_openapi
from genrekit.service.settings import ServiceSettings
from genrekit.service.tracing import Tracing

_SUMMARY: Final = "The genre of recorded music, with calibrated probabilities."
_HTTP_KINDS: Final = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED}
_CORS_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Service:
    """The service, built but not running.

    Attributes:
        app: the application; while `running`, its ``state`` holds ``answering`` and ``jobs``.
        served: the same behind its gate: what is to be served.
        running: context in which workers and jobs run.
    """

    app: FastAPI
    served: ASGIApp
    running: Callable[[], AbstractAsyncContextManager[None]]


def create_service(
    settings: ServiceSettings, state_dir: Path, tracing: Tracing, make_pool: PoolMaker | None = None
) -> Service:
    """Build the service.

    Args:
        settings: of the service.
        state_dir: where accepted jobs live.
        tracing: where spans go.
        make_pool: starts workers on an artifact; processes of our own if None.

    Raises:
        SettingsError: the file of keys makes no sense.
    """
    metrics = Metrics()
    maker = make_pool or partial(_process_pool, settings, metrics)
    app = FastAPI(
        title="genrekit", summary=_SUMMARY, version=__version__, docs_url=None, redoc_url=None, openapi_url=None
    )
    for router in (predictions.router, job_routes.router, info_routes.router):
        app.include_router(router)
    for kind, handler in ((GenrekitError, _refused), (RequestValidationError, _invalid), (HTTPException, _no_route)):
        app.add_exception_handler(kind, handler)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _fault)
    app.openapi = partial(_openapi, app)  # type: ignore[method-assign]
    served: ASGIApp = Guard(app, read_keys(settings.keys_file), Quota(settings.quota_per_minute))
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        headers = ["Authorization", "Content-Type", "Idempotency-Key", "traceparent"]
        exposed = ["X-Request-Id", "Retry-After", "Location"]
        served = CORSMiddleware(
            served, origins, ["GET", "POST", "DELETE"], headers, expose_headers=exposed, max_age=_CORS_SECONDS
        )
    return Service(app, Gate(served, metrics, tracing), partial(_running, settings, state_dir, metrics, maker, app))


@asynccontextmanager
async def _running(
    settings: ServiceSettings, state_dir: Path, metrics: Metrics, make_pool: PoolMaker, app: FastAPI
) -> AsyncIterator[None]:
    """Start the workers, then the jobs; stop in the other order."""
    store = JobStore(state_dir, settings.job_keep_seconds)
    with tempfile.TemporaryDirectory(prefix="genrekit-", ignore_cleanup_errors=True) as folder:
        answering = Answering(settings, metrics, make_pool, Path(folder))
        try:
            await answering.start()
            jobs = Jobs(settings, answering, store)
            app.state.answering, app.state.jobs = answering, jobs
            _watch(metrics, answering, jobs)
            jobs.start()
            try:
                yield
            finally:
                await jobs.close()
        finally:
            await answering.close()
            store.close()


async def _process_pool(settings: ServiceSettings, metrics: Metrics, artifact: Path | None) -> Pool:
    def count_end(reason: str) -> None:
        metrics.worker_ends.labels(reason).inc()

    return await ProcessPool.start(settings.workers, artifact, settings.worker_bytes, count_end)


def _watch(metrics: Metrics, answering: Answering, jobs: Jobs) -> None:
    admission = answering.admission
    metrics.watch("permits", "Requests that may be held at once.", lambda: {"": admission.capacity})
    metrics.watch("permits_held", "Requests that are held, from body to answer.", lambda: {"": admission.held})
    metrics.watch("queue_length", "Tasks that no worker has taken yet.", lambda: {"": answering.waiting})
    metrics.watch("workers_alive", "Workers that can answer.", lambda: {"": answering.alive})
    metrics.watch("workers_resident_bytes", "Memory of all workers.", lambda: {"": resident_bytes(answering.pids)})
    metrics.watch("job_files", "Files of jobs by state.", lambda: jobs.states, "state")
    metrics.watch(
        "input_drift_psi",
        "Population stability index of the last tracks against the training tracks, by group of features.",
        lambda: answering.drift.by_group(),  # noqa: PLW0108 - a reload brings another drift
        "group",
    )
    metrics.watch("model_info", "The artifact that answers.", answering.artifact_info, "artifact")


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, GenrekitError):
        raise error
    context = request.state.context
    context.code = error.kind.code
    if request.method == "POST":
        request.app.state.answering.metrics.refused.labels(error.kind.name).inc()
    return problem_response(error, context.request_id, request.url.path)


async def _invalid(request: Request, error: Exception) -> Response:
    """Parameters that do not validate; each is pointed at."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    refused = ServiceError(MALFORMED, str(found[0]["loc"][-1]), str(found[0]["msg"]))
    for item in found:
        refused.add_note("/" + "/".join(map(str, item["loc"])))
    return await _refused(request, refused)


async def _no_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kind = _HTTP_KINDS.get(error.status_code, MALFORMED)
    reason = "there is nothing" if kind is NOT_FOUND else f"does not take {request.method}"
    response = await _refused(request, ServiceError(kind, "address", reason))
    if kind is METHOD_NOT_ALLOWED:
        response.headers["Allow"] = _allowed(request) or (error.headers or {}).get("Allow", "")
    return response


def _allowed(request: Request) -> str:
    """All methods of an address: the router names those of its first route alone."""
    for template, operations in request.app.openapi()["paths"].items():
        if compile_path(template)[0].match(request.url.path):
            return ", ".join(sorted(method.upper() for method in operations))
    return ""


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)


async def _fault(request: Request, _error: Exception) -> Response:
    """The framework raises the fault once more after this answer; the gate logs it."""
    request.state.context.code = INTERNAL.code
    return internal_problem(request.state.context.request_id, request.url.path)


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        app.openapi_schema = complete_openapi(document)
    return app.openapi_schema
