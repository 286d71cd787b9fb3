import asyncio

import pytest

from genrekit import errors
from genrekit.errors import ERROR_TABLE, AudioError, ServiceError
from genrekit.service.logs import RequestContext
from genrekit.service.problems import PAGES, internal_problem, make_problem, problem_response
from genrekit.service.tracing import LocalTracing


@pytest.mark.parametrize("kind", ERROR_TABLE, ids=lambda kind: kind.code)
def test_a_problem_says_what_the_table_says(kind):
    problem = make_problem(kind, "song: is odd", "id", "/v1/predictions")
    assert (problem.title, problem.status, problem.hint) == (kind.meaning, kind.http_status, kind.hint)
    assert problem.type == PAGES + kind.name
    assert (problem.detail, problem.instance, problem.request_id) == ("song: is odd", "/v1/predictions", "id")
    assert problem.errors is None


def test_notes_of_an_error_become_pointers():
    error = ServiceError(errors.MALFORMED, "body", "is odd")
    error.add_note("/samples/3")
    assert b'"errors":[{"pointer":"/samples/3"' in problem_response(error, "id", "/").body


def test_a_time_to_come_back_becomes_a_header():
    error = ServiceError(errors.OVERLOADED, "service", "is full")
    error.retry_after = 7
    assert problem_response(error, "id", "/").headers["retry-after"] == "7"
    assert "retry-after" not in problem_response(AudioError(errors.SILENT, "a", "b"), "id", "/").headers


def test_a_fault_of_our_own_tells_nothing_of_it():
    response = internal_problem("id", "/")
    assert response.status_code == 500
    assert b'"request_id":"id"' in response.body


def scope(**headers):
    pairs = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    return {"type": "http", "headers": pairs}


def sent_and_left(chunks, **headers):
    """Messages sent, and body messages that nobody asked for."""
    sent, waiting = [], [{"type": "http.request", "body": b"x", "more_body": True} for _ in range(chunks)]

    async def receive():
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop()

    async def send(message):
        sent.append(message)

    error = ServiceError(errors.OVERLOADED, "service", "is full")
    asyncio.run(problem_response(error, "id", "/")(scope(**headers), receive, send))
    return sent, waiting


def test_the_reason_is_sent_before_the_rest_of_the_body_is_swallowed():
    sent, left = sent_and_left(5, transfer_encoding=b"chunked")
    assert [message["type"] for message in sent] == ["http.response.start", *["http.response.body"] * 2]
    assert b"GK609" in sent[1]["body"]
    assert left == []


def test_a_body_that_has_arrived_whole_is_not_waited_for():
    context = RequestContext("id", LocalTracing().begin({}), has_ended=True)
    whole = scope(content_length=b"8") | {"state": {"context": context}}
    sent = []

    async def receive():
        raise AssertionError("nobody may wait here")

    async def send(message):
        sent.append(message)

    error = ServiceError(errors.OVERLOADED, "service", "is full")
    asyncio.run(problem_response(error, "id", "/")(whole, receive, send))
    assert [message.get("more_body") for message in sent] == [None, False]


@pytest.mark.parametrize("headers", [{}, {"content_length": b"0"}, {"content_length": b"5", "expect": b"100-continue"}])
def test_where_no_body_comes_none_is_waited_for(headers):
    sent, left = sent_and_left(1, **headers)
    assert len(left) == 1
    assert sent[-1]["more_body"] is False
