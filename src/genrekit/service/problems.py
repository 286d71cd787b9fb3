"""Refusals as HTTP says them: problem details by RFC 9457, from the one error table."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from genrekit.errors import INTERNAL, ErrorKind, GenrekitError, ServiceError
from genrekit.service.logs import RequestContext
from genrekit.wire import Problem

MEDIA_TYPE: Final = "application/problem+json"
PAGES: Final = "/errors/"
# A client that is refused while it still sends would see a broken connection instead of the reason.
_DRAIN_SECONDS: Final = 1.0


class ProblemResponse(Response):
    """A problem, and then a short ear for the rest of a body that nobody wants, so that the client hears the reason."""

    media_type = MEDIA_TYPE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the problem at once, swallow what still arrives for a second, and end."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body_follows = _body_follows(scope)
        await send({"type": "http.response.body", "body": bytes(self.body), "more_body": body_follows})
        if body_follows:
            await _drain(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def problem_response(error: GenrekitError, request_id: str, path: str) -> ProblemResponse:
    """The answer to a request that an error ended."""
    kind = error.kind
    retry_after = error.retry_after if isinstance(error, ServiceError) else None
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if kind.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = msgspec.json.encode(make_problem(kind, str(error), request_id, path, getattr(error, "__notes__", ())))
    # What is left of the body would be taken for the next request.
    return ProblemResponse(content, kind.http_status, {**headers, "Connection": "close"})


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


def internal_problem(request_id: str, path: str) -> ProblemResponse:
    """A fault of our own; what happened is in the log alone."""
    return problem_response(ServiceError(INTERNAL, "service", "met a fault of its own"), request_id, path)


def _body_follows(scope: Scope) -> bool:
    context: RequestContext | None = scope.get("state", {}).get("context")
    if context is not None and context.has_ended:
        return False
    headers = {
        name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding", b"expect")
    }
    # Who asked first whether to send (Expect: 100-continue) has sent nothing yet.
    return b"expect" not in headers and (
        b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
    )


async def _drain(receive: Receive) -> None:
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
