"""Refusals as HTTP says them: problem details by RFC 9457, from the one error table."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from genrekit.errors import INTERNAL, ErrorKind, GenrekitError, ServiceError
from genrekit.wire import Problem

MEDIA_TYPE: Final = "application/problem+json"
PAGES: Final = "/errors/"


def problem_response(error: GenrekitError, request_id: str, path: str) -> Response:
    """The answer to a request that an error ended."""
    kind = error.kind
    retry_after = error.retry_after if isinstance(error, ServiceError) else None
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if kind.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = msgspec.json.encode(make_problem(kind, str(error), request_id, path, getattr(error, "__notes__", ())))
    # What is left of the body would be taken for the next request.
    return Response(content, kind.http_status, {**headers, "Connection": "close"}, MEDIA_TYPE)


def make_problem(
    kind: ErrorKind, detail: str, request_id: str, path: str, pointers: tuple[str, ...] | list[str] = ()
) -> Problem:
    """The problem details of one refusal; ``type`` is a page of this service, and of the documentation."""
    return Problem(
        type=PAGES + kind.name,
        title=kind.meaning,
        status=kind.http_status,
        detail=detail,
        instance=path,
        code=kind.code,
        hint=kind.hint,
        request_id=request_id,
        errors=[{"pointer": pointer, "detail": detail} for pointer in pointers] or None,
    )


def internal_problem(request_id: str, path: str) -> Response:
    """A fault of our own; what happened is in the log alone."""
    return problem_response(ServiceError(INTERNAL, "service", "met a fault of its own"), request_id, path)
