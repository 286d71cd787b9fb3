"""Structured logs: one JSON object a line on stderr, with request and trace id.

Only fields of the list below are ever written: no audio, no file's name and no key can slip in by a careless call.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from genrekit.service.tracing import RequestTrace, Tracing

FIELDS: Final = (
    "method", "route", "status", "seconds", "bytes", "code", "artifact", "previous_artifact", "client", "job", "files",
    "retry_seconds", "address", "workers", "exception",
)  # fmt: skip


@dataclass(slots=True)
class RequestContext:
    """What a log line tells of the request it belongs to.

    Attributes:
        request_id: ours, new for each request.
        trace: of the request.
        client: name of the key or address, for the quota.
        code: of the error that ended the request, once there is one.
        received: bytes of the body.
    """

    request_id: str
    trace: RequestTrace
    client: str = ""
    code: str = ""
    received: int = 0


CURRENT: ContextVar[RequestContext | None] = ContextVar("request", default=None)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time (UTC, milliseconds), level, event, ids, and the fields that are on the list."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{moment}.{int(record.msecs):03}Z", "level": record.levelname, "event": record.getMessage()}
        context = CURRENT.get()
        if context is not None:
            line |= {"request_id": context.request_id, "trace_id": context.trace.trace_id}
        return json.dumps(line | fields_of(record))


class _Exporting(logging.Handler):
    """Hands records on to the collector."""

    def __init__(self, tracing: Tracing) -> None:
        super().__init__()
        self._tracing = tracing

    def emit(self, record: logging.LogRecord) -> None:
        context = CURRENT.get()
        trace = None if context is None else context.trace
        attributes = fields_of(record)
        if context is not None:
            attributes["request_id"] = context.request_id
        self._tracing.export_log(record.levelname, record.getMessage(), attributes, trace)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The listed fields that a record carries; of an exception only its type and place, as texts may quote input."""
    fields = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    if record.exc_info and record.exc_info[0] is not None:
        fields["exception"] = _place(record.exc_info[0], record.exc_info[2])
    return fields


def set_up_logs(level: str, tracing: Tracing) -> None:
    """Send the logs of this package and of the web server to stderr as JSON, and to the collector."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    exporting = _Exporting(tracing)
    for name in ("genrekit", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler, exporting]
        logger.setLevel(level)
        logger.propagate = False
    # Its lines hold the client's address and query; ours, one a request, are written by the gate.
    logging.getLogger("uvicorn.access").disabled = True
    # The parser of forms reports each malformed one, which the gate does already.
    logging.getLogger("python_multipart").disabled = True


def _place(kind: type[BaseException], trace: Any) -> str:
    last = trace
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return kind.__name__
    code = last.tb_frame.f_code
    return f"{kind.__name__} in {code.co_name}, line {last.tb_lineno} of {code.co_filename.rpartition('genrekit')[2]}"
