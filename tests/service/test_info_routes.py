import msgspec
import pytest

from genrekit.errors import ERROR_TABLE
from genrekit.genres import GTZAN_GENRES
from genrekit.wire import LimitsRecord, ModelRecord


def test_the_model_tells_who_answers(live):
    record = msgspec.json.decode(live.get("/v1/model").body, type=ModelRecord)
    assert record.genres == list(GTZAN_GENRES)
    assert record.members == {"linear": 1.0}
    assert record.views["tabular"]["clip_seconds"] == 3.0
    assert len(record.artifact_id) == 16


def test_the_limits_are_those_of_the_settings(live):
    record = msgspec.json.decode(live.get("/v1/limits").body, type=LimitsRecord)
    assert record.max_seconds == live.settings.max_seconds
    assert record.requests_held == 5


def test_health_and_readiness(live):
    assert live.get("/healthz").json == {"status": "alive"}
    assert live.get("/readyz").json == {"status": "ready"}


def test_a_service_that_is_told_to_stop_is_alive_but_not_ready(held):
    live, _ = held
    live.answering.admission.is_open = False
    assert live.get("/healthz").status == 200
    reply = live.get("/readyz")
    assert (reply.status, reply.json["code"]) == (503, "GK610")
    assert int(reply.headers["retry-after"]) >= 1
    assert live.post_audio("/v1/predictions", b"sound").status == 503


@pytest.mark.parametrize("path", ["/", "/docs", "/errors/"])
def test_pages_are_html_that_fetches_nothing_from_elsewhere(live, path):
    reply = live.get(path)
    text = reply.body.decode()
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script" not in text
    assert "://" not in text


@pytest.mark.parametrize("kind", ERROR_TABLE, ids=lambda kind: kind.code)
def test_the_page_of_every_error_is_there(live, kind):
    reply = live.get(f"/errors/{kind.name}")
    assert reply.status == 200
    assert kind.code in reply.body.decode()


def test_an_error_that_there_is_not_has_no_page(live):
    assert live.get("/errors/none-such").json["code"] == "GK602"


def test_an_address_or_a_method_that_there_is_not_is_a_problem(live):
    assert live.get("/v2/predictions").json["code"] == "GK602"
    reply = live.get("/v1/predictions")
    assert (reply.status, reply.json["code"], reply.headers["allow"]) == (405, "GK603", "POST")
    assert live.ask("PUT", "/v1/jobs/any").headers["allow"] == "DELETE, GET"
    assert live.ask("PUT", "/errors/silent").headers["allow"] == "GET"


def test_the_page_of_the_api_names_every_route(live):
    text = live.get("/docs").body.decode()
    document = live.get("/openapi.json").json
    assert all(path in text for path in document["paths"])
    assert {"/v1/predictions", "/v1/jobs/{job_id}", "/predict/music", "/metrics"} <= set(document["paths"])
