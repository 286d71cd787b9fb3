import socket
import time

import pytest

from genrekit.service.settings import ServiceSettings
from tests.service.live import HeldPool, Live, multipart


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A service that takes little, and quickly."""
    pool = HeldPool()
    pool.signal.set()

    async def make(_):
        return pool

    settings = ServiceSettings(
        workers=1, upload_bytes=10_000, samples_bytes=1000, body_seconds=2.5, stall_seconds=1.0, cache_entries=0
    )
    with Live(settings, tmp_path_factory.mktemp("state"), make_pool=make) as live:
        yield live
        assert live.answering.admission.held == 0
        assert list(live.answering.folder.iterdir()) == []


def speak(live, head, pieces=(), pause=0.0):
    """Send raw bytes and read the answer to its end."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=20) as connection:
        connection.sendall(head)
        try:
            for piece in pieces:
                time.sleep(pause)
                connection.sendall(piece)
        except OSError:
            pass
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
            if b"GK" in answer or b"artifact_id" in answer:
                break
        return answer.decode()


HEAD = b"POST /v1/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: audio/wav\r\n"


def test_a_body_at_the_limit_is_taken_and_one_above_is_not(small):
    assert small.post_audio("/v1/predictions", bytes(10_000)).status == 200
    reply = small.post_audio("/v1/predictions", bytes(10_001))
    assert (reply.status, reply.json["code"]) == (413, "GK605")


def test_an_announced_size_above_the_limit_is_refused_before_the_body(small):
    answer = speak(small, HEAD + b"Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n")
    assert answer.startswith("HTTP/1.1 413")
    assert "100 Continue" not in answer


def test_a_body_without_end_is_cut_off_at_the_limit(small):
    chunk = b"1000\r\n" + bytes(4096) + b"\r\n"
    answer = speak(small, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", [chunk] * 50)
    assert answer.startswith("HTTP/1.1 413")


def test_a_body_that_stalls_is_given_up(small):
    answer = speak(small, HEAD + b"Content-Length: 100\r\n\r\nsome")
    assert answer.startswith("HTTP/1.1 408")
    assert "4 bytes had arrived" in answer


def test_a_body_that_trickles_is_given_up_too(small):
    answer = speak(small, HEAD + b"Content-Length: 1000\r\n\r\n", [b"x"] * 12, pause=0.3)
    assert answer.startswith("HTTP/1.1 408")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(small, content_type):
    reply = small.post_audio("/v1/predictions", b"x", content_type)
    assert (reply.status, reply.json["code"]) == (415, "GK606")


def test_json_alone_is_taken_where_samples_are(small):
    assert small.post_audio("/v1/predictions/samples", b"[]", "text/plain").status == 415
    reply = small.post_audio("/v1/predictions/samples", b" " * 1001, "application/json")
    assert reply.status == 413


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"no form"),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b\r\n"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=" + "b" * 500, b"x"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx'),
        ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"y" * 9000 + b"\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"X: y\r\n" * 100 + b"\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n: \r\n\r\n\r\n--b--\r\n"),
    ],
)
def test_a_form_that_is_none_is_malformed(small, content_type, body):
    reply = small.post_audio("/v1/predictions", body, content_type)
    assert (reply.status, reply.json["code"]) == (400, "GK607")


def test_two_files_are_one_too_many(small):
    content_type, body = multipart([("a", b"1"), ("b", b"2")])
    reply = small.post_audio("/v1/predictions", body, content_type)
    assert (reply.status, reply.json["code"]) == (400, "GK607")


def test_a_client_that_leaves_in_the_middle_of_its_body_leaves_nothing_behind(small):
    with socket.create_connection(("127.0.0.1", small.port), timeout=5) as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nsome")
    assert small.post_audio("/v1/predictions", b"sound").status == 200
