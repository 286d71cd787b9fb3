import msgspec
import pytest

from genrekit.service.messages import Done, Failed, FromWorker, Ready, Setup, Task
from tests.service.live import READY, RECORD


@pytest.mark.parametrize("message", [READY, Done(RECORD, [("decode", 1.0, 0.5)], [0.5]), Failed("GK104", "is none")])
def test_what_a_worker_says_survives_the_way(message):
    assert msgspec.json.decode(msgspec.json.encode(message), type=FromWorker) == message


@pytest.mark.parametrize(
    "message", [Setup(None, 0), Task("a", "audio", {"max_seconds": 1.0}, 5.0), Task("a", "samples", {})]
)
def test_what_a_worker_is_told_survives_the_way(message):
    assert msgspec.json.decode(msgspec.json.encode(message), type=type(message)) == message


def test_a_message_is_one_line():
    assert b"\n" not in msgspec.json.encode(Failed("GK104", "two\nlines"))


def test_only_known_forms_of_bodies_are_tasks():
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"path": "a", "form": "pickle", "limits": {}}', type=Task)
    assert isinstance(READY, Ready)
