import json
import logging

from genrekit.service.logs import CURRENT, FIELDS, JsonFormatter, RequestContext, fields_of, set_up_logs
from genrekit.service.tracing import LocalTracing


def record(**extra):
    return logging.makeLogRecord({"msg": "request", "levelname": "INFO", "created": 0.5, "msecs": 500.0} | extra)


def test_a_record_is_one_line_of_json_in_utc():
    assert json.loads(JsonFormatter().format(record(status=200))) == {
        "time": "1970-01-01T00:00:00.500Z",
        "level": "INFO",
        "event": "request",
        "status": 200,
    }


def test_only_listed_fields_are_written():
    assert fields_of(record(filename_of_client="secret.mp3", key="gk_secret", path="/secret", status=1)) == {
        "status": 1
    }
    assert not {"path", "name", "file", "key", "authorization", "query"} & set(FIELDS)


def test_the_ids_of_the_request_are_added():
    trace = LocalTracing().begin({})
    token = CURRENT.set(RequestContext("abc", trace))
    try:
        line = json.loads(JsonFormatter().format(record()))
    finally:
        CURRENT.reset(token)
    assert (line["request_id"], line["trace_id"]) == ("abc", trace.trace_id)


def test_an_exception_is_told_by_type_and_place_alone():
    try:
        raise ValueError("holds what a client sent")
    except ValueError as error:
        shown = fields_of(record(exc_info=(ValueError, error, error.__traceback__)))
    assert shown["exception"].startswith("ValueError in test_an_exception")
    assert "client" not in str(shown)


def test_the_logs_are_set_up_for_our_package_alone():
    loggers = [logging.getLogger(name) for name in ("genrekit", "uvicorn.error", "uvicorn.access", "python_multipart")]
    before = [(logger.handlers, logger.level, logger.propagate, logger.disabled) for logger in loggers]
    root = list(logging.getLogger().handlers)
    try:
        set_up_logs("WARNING", LocalTracing())
        assert isinstance(loggers[0].handlers[0].formatter, JsonFormatter)
        assert loggers[0].level == logging.WARNING
        assert loggers[2].disabled
        assert logging.getLogger().handlers == root
    finally:
        for logger, (handlers, level, propagate, disabled) in zip(loggers, before, strict=True):
            logger.handlers, logger.level, logger.propagate, logger.disabled = handlers, level, propagate, disabled
