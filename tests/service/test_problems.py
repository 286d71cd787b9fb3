import pytest

from genrekit import errors
from genrekit.errors import ERROR_TABLE, AudioError, ServiceError
from genrekit.service.problems import PAGES, internal_problem, make_problem, problem_response


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
