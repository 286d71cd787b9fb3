"""Where a request stands in a trace: W3C context in, spans and log records out by OTLP over HTTP, if configured."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final, Protocol

from genrekit import __version__

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}.*")


class RequestTrace(Protocol):
    """The span of one request."""

    trace_id: str
    span_id: str

    def stage(self, name: str, end: float, seconds: float) -> None:
        """Add a child span: its name, its end [s since 1970] and its duration [s]."""

    def close(self, name: str, attributes: Mapping[str, str | int]) -> None:
        """End the span under its final name."""


class Tracing(Protocol):
    """Begins spans, exports log records."""

    def begin(self, headers: Mapping[str, str]) -> RequestTrace:
        """Begin the span of a request, as a child of the client's span if its headers name one."""

    def export_log(self, severity: str, event: str, attributes: Mapping[str, Any], trace: RequestTrace | None) -> None:
        """Send a log record on its way."""

    def close(self) -> None:
        """Send what is still here."""


class _IdsOnly:
    """A span that is not exported: its ids are for the logs."""

    def __init__(self, trace_id: str) -> None:
        self.trace_id = trace_id
        self.span_id = secrets.token_hex(8)

    def stage(self, name: str, end: float, seconds: float) -> None:
        """Nothing is exported."""

    def close(self, name: str, attributes: Mapping[str, str | int]) -> None:
        """Nothing is exported."""


class LocalTracing:
    """Tracing without a collector: the client's trace id, or a new one, goes into logs and exemplars."""

    def begin(self, headers: Mapping[str, str]) -> RequestTrace:
        """Ids alone."""
        match = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
        return _IdsOnly(match[1] if match else secrets.token_hex(16))

    def export_log(self, severity: str, event: str, attributes: Mapping[str, Any], trace: RequestTrace | None) -> None:
        """Nothing is exported."""

    def close(self) -> None:
        """Nothing is waiting."""


def make_tracing(endpoint: str) -> Tracing:
    """Tracing to a collector, or local tracing if the endpoint is empty.

    Args:
        endpoint: base address of an OTLP/HTTP receiver, such as ``http://collector:4318``.
    """
    if not endpoint:
        return LocalTracing()
    # Imported only when it is wanted: a fifth of a second, and 20 MB of memory.
    from genrekit.service.otlp import OtlpTracing  # noqa: PLC0415

    return OtlpTracing(endpoint.rstrip("/"), __version__)
