import gzip
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from genrekit.service import logs
from genrekit.service.settings import ServiceSettings
from genrekit.service.tracing import make_tracing
from tests.service.live import HeldPool, Live

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector:
    """An OTLP/HTTP receiver that keeps what it gets."""

    def __init__(self):
        self.spans, self.records = [], []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.take(self.path, body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def take(self, path, body):
        if path == "/v1/traces":
            request = ExportTraceServiceRequest.FromString(body)
            self.spans += [span for r in request.resource_spans for s in r.scope_spans for span in s.spans]
        else:
            request = ExportLogsServiceRequest.FromString(body)
            self.records += [one for r in request.resource_logs for s in r.scope_logs for one in s.log_records]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def exported(tmp_path):
    """Spans and log records of one answered request that came with a trace of its own."""
    pool = HeldPool()
    pool.signal.set()

    async def make(_):
        return pool

    gate = logging.getLogger("genrekit.service.gate")
    with Collector() as collector:
        tracing = make_tracing(collector.url)
        handler = logs._Exporting(tracing)
        gate.addHandler(handler)
        level = gate.level
        gate.setLevel(logging.INFO)
        try:
            with Live(ServiceSettings(workers=1), tmp_path, tracing, make) as live:
                headers = {"Content-Type": "audio/wav", "traceparent": f"00-{TRACE}-{PARENT}-01"}
                reply = live.ask("POST", "/v1/predictions", b"secret sound", headers)
        finally:
            gate.removeHandler(handler)
            gate.setLevel(level)
        tracing.close()
        yield collector, reply


def test_spans_and_logs_arrive_under_the_clients_trace(exported):
    collector, reply = exported
    spans = {span.name: span for span in collector.spans}
    request = spans["POST /v1/predictions"]
    assert request.trace_id.hex() == TRACE
    assert request.parent_span_id.hex() == PARENT
    assert spans["decode"].parent_span_id == request.span_id
    assert spans["decode"].trace_id.hex() == TRACE
    assert spans["decode"].end_time_unix_nano - spans["decode"].start_time_unix_nano == pytest.approx(1e7, rel=1e-3)
    attributes = {item.key: item.value for item in request.attributes}
    assert attributes["http.response.status_code"].int_value == 200
    assert attributes["genrekit.request_id"].string_value == reply.headers["x-request-id"]


def test_log_records_are_tied_to_the_span_and_hold_no_content(exported):
    collector, reply = exported
    [record] = [record for record in collector.records if record.body.string_value == "request"]
    assert record.trace_id.hex() == TRACE
    attributes = {item.key: item.value for item in record.attributes}
    assert attributes["request_id"].string_value == reply.headers["x-request-id"]
    assert "secret" not in str(record)


def test_an_absent_collector_costs_no_request(tmp_path):
    pool = HeldPool()
    pool.signal.set()

    async def make(_):
        return pool

    logger = logging.getLogger("opentelemetry")
    logger.disabled = True
    tracing = make_tracing("http://127.0.0.1:9")
    with Live(ServiceSettings(workers=1), tmp_path, tracing, make) as live:
        assert live.post_audio("/v1/predictions", b"sound").status == 200
