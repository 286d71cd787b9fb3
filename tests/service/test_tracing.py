import re

import pytest

from genrekit.service.tracing import LocalTracing, make_tracing

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_the_clients_trace_is_taken_up():
    trace = LocalTracing().begin({"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    assert trace.trace_id == TRACE
    assert re.fullmatch("[0-9a-f]{16}", trace.span_id)


@pytest.mark.parametrize("header", ["", "nonsense", f"00-{TRACE.upper()}-b7ad6b7169203331-01", f"00-{TRACE}-short-01"])
def test_a_header_that_is_none_begins_a_new_trace(header):
    first, second = (LocalTracing().begin({"traceparent": header}) for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first.trace_id)
    assert first.trace_id != second.trace_id


def test_without_a_collector_nothing_is_exported():
    tracing = make_tracing("")
    trace = tracing.begin({})
    trace.stage("decode", 1.0, 0.5)
    trace.close("GET /", {})
    tracing.export_log("INFO", "event", {}, trace)
    tracing.close()
    assert isinstance(tracing, LocalTracing)
