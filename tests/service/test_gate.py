import io
import json
import logging
import socket

import pytest

from genrekit.service import logs
from genrekit.service.gate import route_of
from genrekit.service.settings import ServiceSettings
from tests.service.live import HeldPool, Live, waited_for


@pytest.fixture
def lines():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    logger = logging.getLogger("genrekit.service.gate")
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_every_answer_has_an_id_of_its_own_and_careful_headers(live):
    first, second = live.get("/healthz"), live.get("/nothing")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    for reply in (first, second):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "server" not in {name.lower() for name in reply.headers}


def test_a_request_is_one_line_of_json_with_ids_and_without_names(live, wav, lines):
    name = "name-of-a-secret-song.wav"
    trace = "0af7651916cd43dd8448eb211c80319c"
    reply = live.post_files("/v1/predictions?top=2", [(name, wav)], traceparent=f"00-{trace}-b7ad6b7169203331-01")
    [line] = waited_for(lambda: [line for line in lines() if line["event"] == "request"])
    assert line["request_id"] == reply.headers["x-request-id"]
    assert line["trace_id"] == trace
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/predictions", 200)
    assert line["bytes"] == len(wav)
    assert name not in json.dumps(line)


def test_a_refusal_is_logged_with_its_code(live, lines):
    live.post_audio("/v1/predictions", b"no sound")
    [line] = waited_for(lambda: [line for line in lines() if line["event"] == "request"])
    assert line["code"] == "GK104"


def test_a_fault_of_our_own_is_a_problem_without_details_and_a_log_line_with_its_place(tmp_path, lines):
    class Broken(HeldPool):
        async def run(self, task, seconds, priority=0):
            raise RuntimeError("the secret of the house")

    async def make(_):
        return Broken()

    with Live(ServiceSettings(workers=1), tmp_path, make_pool=make) as live:
        reply = live.post_audio("/v1/predictions", b"sound")
        assert (reply.status, reply.json["code"]) == (500, "GK612")
        assert "secret" not in reply.body.decode()
        [fault] = waited_for(lambda: [line for line in lines() if line["event"] == "fault"])
        assert fault["exception"].startswith("RuntimeError in run")
        assert "secret" not in json.dumps(fault)
        assert live.get("/healthz").status == 200


def test_addresses_that_there_are_not_share_one_label(live):
    for number in range(3):
        live.get(f"/nothing/{number}")
    text = live.get("/metrics").body.decode()
    assert 'route="unmatched"' in text
    assert "/nothing/" not in text
    assert route_of({}) == "unmatched"


def test_an_unknown_method_is_one_label_too(live):
    live.ask("BREW", "/healthz")
    text = live.get("/metrics").body.decode()
    assert 'method="OTHER"' in text
    assert "BREW" not in text


def test_an_answer_after_the_whole_body_ends_at_once(live):
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        head = b"POST /v1/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: audio/wav\r\nContent-Length: 8\r\n\r\n"
        connection.sendall(head + b"no sound")
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 415")
    assert waited_for(lambda: "genrekit_http_in_flight 1.0" in live.get("/metrics").body.decode())
