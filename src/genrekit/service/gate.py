"""The gate around all routes: ids, trace, metrics and log line of each request; keys and quota."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from genrekit.errors import ServiceError
from genrekit.service.auth import Quota, who_asks
from genrekit.service.logs import CURRENT, RequestContext
from genrekit.service.metrics import Metrics
from genrekit.service.problems import internal_problem, problem_response
from genrekit.service.tracing import Tracing

_LOG: Final = logging.getLogger(__name__)
CLIENT_GONE: Final = 499

# What a stranger may see where keys are asked for: that it lives, and what its refusals mean.
_OPEN_PATHS: Final = ("/healthz", "/readyz")
_OPEN_PREFIX: Final = "/errors/"


class Gate:
    """Outermost: every request gets an id, a span, a count and a log line; a fault becomes a problem."""

    def __init__(self, app: ASGIApp, metrics: Metrics, tracing: Tracing) -> None:
        self._app = app
        self._metrics = metrics
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = RequestContext(uuid.uuid4().hex, self._tracing.begin(Headers(scope=scope)))
        scope.setdefault("state", {})["context"] = context
        token = CURRENT.set(context)
        begun = time.perf_counter()
        answer = _Answer(send, context)
        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            answer.status = CLIENT_GONE
        except Exception:  # noqa: BLE001 - the last resort: nothing may reach the web server
            _LOG.exception("fault")
            answer.status = answer.status or 500
            if not answer.has_begun:
                await internal_problem(context.request_id, scope["path"])(scope, receive, answer)
        finally:
            self._metrics.in_flight.dec()
            self._finish(scope, context, answer.status or CLIENT_GONE, time.perf_counter() - begun)
            CURRENT.reset(token)

    def _finish(self, scope: Scope, context: RequestContext, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"]
        self._metrics.count_request(method, route, status, seconds, context.trace.trace_id)
        attributes = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        context.trace.close(f"{method} {route}", attributes | {"genrekit.request_id": context.request_id})
        fields = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
        optional = {"code": context.code, "bytes": context.received}
        _LOG.info("request", extra=fields | {name: value for name, value in optional.items() if value})


class _Answer:
    """The way out: notes the status, adds the headers that every answer has."""

    def __init__(self, send: Send, context: RequestContext) -> None:
        self._send = send
        self._context = context
        self.status = 0
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._context.request_id
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
            headers["Referrer-Policy"] = "no-referrer"
        await self._send(message)


class Guard:
    """Lets in whom the keys allow, as often as the quota allows."""

    def __init__(self, app: ASGIApp, keys: Mapping[str, str], quota: Quota) -> None:
        self._app = app
        self._keys = keys
        self._quota = quota

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context: RequestContext = scope["state"]["context"]
        try:
            self._check(scope, context)
        except ServiceError as error:
            context.code = error.kind.code
            await problem_response(error, context.request_id, scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, context: RequestContext) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        context.client = f"address {address}"
        is_open = scope["path"] in _OPEN_PATHS or scope["path"].startswith(_OPEN_PREFIX)
        if self._keys and not is_open:
            context.client = f"key {who_asks(self._keys, Headers(scope=scope).get('authorization', ''))}"
        if scope["method"] == "POST":
            self._quota.spend(context.client, time.monotonic())


def route_of(scope: Scope) -> str:
    """Template of the route that answered; one word for all addresses that there are not."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "unmatched"
