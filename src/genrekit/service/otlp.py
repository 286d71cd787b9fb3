"""Spans and log records for an OpenTelemetry collector: the only importer of the SDK."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from opentelemetry import trace as api
from opentelemetry._logs import SeverityNumber
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from genrekit.service.tracing import RequestTrace

_SEVERITY: Final = {
    "DEBUG": SeverityNumber.DEBUG,
    "INFO": SeverityNumber.INFO,
    "WARNING": SeverityNumber.WARN,
    "ERROR": SeverityNumber.ERROR,
    "CRITICAL": SeverityNumber.FATAL,
}
_EXPORT_MILLISECONDS: Final = 1000


class OtlpTracing:
    """Exports in batches from threads of its own; an absent collector costs records, never requests."""

    def __init__(self, endpoint: str, version: str) -> None:
        resource = Resource.create({"service.name": "genrekit", "service.version": version})
        self._traces = TracerProvider(resource=resource)
        self._traces.add_span_processor(
            BatchSpanProcessor(
                OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=5), schedule_delay_millis=_EXPORT_MILLISECONDS
            )
        )
        self._logs = LoggerProvider(resource=resource)
        self._logs.add_log_record_processor(
            BatchLogRecordProcessor(
                OTLPLogExporter(f"{endpoint}/v1/logs", timeout=5), schedule_delay_millis=_EXPORT_MILLISECONDS
            )
        )
        self._tracer = self._traces.get_tracer("genrekit.service", version)
        self._logger = self._logs.get_logger("genrekit.service", version)
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, headers: Mapping[str, str]) -> RequestTrace:
        """Begin a server span under the client's context."""
        parent = self._propagator.extract(headers, context=Context())
        span = self._tracer.start_span("request", context=parent, kind=api.SpanKind.SERVER)
        return _OtlpRequest(self._tracer, span)

    def export_log(self, severity: str, event: str, attributes: Mapping[str, Any], trace: RequestTrace | None) -> None:
        """Send a log record on its way, tied to the request's span."""
        context = trace.context if isinstance(trace, _OtlpRequest) else Context()
        self._logger.emit(
            timestamp=time.time_ns(),
            context=context,
            severity_number=_SEVERITY.get(severity, SeverityNumber.INFO),
            severity_text=severity,
            body=event,
            attributes=dict(attributes),
        )

    def close(self) -> None:
        """Send what is still here."""
        self._traces.shutdown()
        self._logs.shutdown()


class _OtlpRequest:
    def __init__(self, tracer: api.Tracer, span: api.Span) -> None:
        self._tracer = tracer
        self._span = span
        self.context = api.set_span_in_context(span, Context())
        self.trace_id = api.format_trace_id(span.get_span_context().trace_id)
        self.span_id = api.format_span_id(span.get_span_context().span_id)

    def stage(self, name: str, end: float, seconds: float) -> None:
        """A child span with times measured elsewhere."""
        child = self._tracer.start_span(name, context=self.context, start_time=round((end - seconds) * 1e9))
        child.end(round(end * 1e9))

    def close(self, name: str, attributes: Mapping[str, str | int]) -> None:
        """End the request's span."""
        self._span.update_name(name)
        self._span.set_attributes(attributes)
        if int(attributes.get("http.response.status_code", 0)) >= 500:
            self._span.set_status(api.StatusCode.ERROR)
        self._span.end()
