import socket
import time

import pytest

from genrekit.service.patience import ImpatientProtocol, impatient_protocol
from genrekit.service.settings import ServiceSettings
from tests.service.live import HeldPool, Live


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    async def make(_):
        return HeldPool()

    settings = ServiceSettings(workers=1, stall_seconds=1.0)
    with Live(settings, tmp_path_factory.mktemp("state"), make_pool=make) as live:
        yield live


def connect(live):
    return socket.create_connection(("127.0.0.1", live.port), timeout=10)


def test_a_connection_that_says_nothing_is_closed(impatient):
    with connect(impatient) as connection:
        assert connection.recv(100) == b""


def test_a_head_that_comes_byte_by_byte_is_cut_off(impatient):
    with connect(impatient) as connection:
        begun = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT011, PT012 - reset or broken pipe, as the system likes
            for byte in b"GET /healthz HTTP/1.1\r\n" + b"X-Slow: 1\r\n" * 100:
                connection.send(bytes([byte]))
                time.sleep(0.1)
        assert time.monotonic() - begun < 60


def test_a_second_request_on_the_same_connection_has_its_own_time(impatient):
    with connect(impatient) as connection:
        for _ in range(3):
            connection.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = b""
            while b"alive" not in answer:
                answer += connection.recv(4096)
            assert answer.startswith(b"HTTP/1.1 200")
            time.sleep(0.5)
        connection.send(b"GET /hea")
        assert connection.recv(4096) == b""


def test_a_request_that_waits_for_its_answer_is_not_cut_off(impatient):
    with connect(impatient) as connection:
        head = b"POST /v1/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: audio/wav\r\nContent-Length: 5\r\n\r\n"
        connection.send(head + b"sound")
        time.sleep(1.5)
        impatient.run(_release(impatient))
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_a_client_that_is_refused_while_it_sends_hears_the_reason(impatient):
    with connect(impatient) as connection:
        head = b"POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n"
        connection.sendall(head + bytes(3_000_000))
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 404")
        assert b"GK602" in answer
        with pytest.raises(OSError):  # noqa: PT011, PT012 - after a second it is over
            for _ in range(1000):
                connection.sendall(bytes(1000))
                time.sleep(0.01)


def test_a_client_that_asks_first_is_not_waited_for(impatient):
    with connect(impatient) as connection:
        head = b"POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head)
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 404")


def test_each_limit_is_a_protocol_of_its_own():
    assert (impatient_protocol(1.0).head_seconds, impatient_protocol(2.0).head_seconds) == (1.0, 2.0)
    assert ImpatientProtocol.head_seconds == 10.0


async def _release(live):
    live.answering.pool.signal.set()
