import http.server
import threading

import pytest

from genrekit.client import Client
from genrekit.errors import AudioError, ServiceError
from genrekit.transport import FormBody
from tests.service.live import multipart


def test_nobody_at_the_address_is_an_error_of_its_own():
    with pytest.raises(ServiceError, match="gave no answer"):
        Client("http://127.0.0.1:9").model()


def test_another_server_is_told_from_ours():
    class Other(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(ServiceError, match="not of this service"):
            Client(f"http://127.0.0.1:{server.server_port}").limits()
        thread.join()


def test_a_form_is_as_long_as_it_says(tmp_path):
    (tmp_path / "a.mp3").write_bytes(b"one")
    (tmp_path / "b.mp3").write_bytes(bytes(200_000))
    form = FormBody([tmp_path / "a.mp3", tmp_path / "b.mp3"], "files")
    content = b"".join(form)
    assert int(form.headers()["Content-Length"]) == len(content)
    assert len(content) == len(multipart([("a.mp3", b"one"), ("b.mp3", bytes(200_000))], "files")[1])


def test_a_form_may_be_sent_twice(tmp_path):
    (tmp_path / "a.mp3").write_bytes(b"one")
    form = FormBody([tmp_path / "a.mp3"], "file")
    assert b"".join(form) == b"".join(form)


def test_a_name_cannot_break_out_of_its_header(tmp_path):
    path = tmp_path / 'a"\r\nX-Evil: 1.mp3'
    path.write_bytes(b"one")
    assert b"\r\nX-Evil" not in b"".join(FormBody([path], "file"))


def test_what_is_no_file_is_no_part(tmp_path):
    for path, reason in ((tmp_path, "no ordinary file"), (tmp_path / "none", "does not exist")):
        with pytest.raises(AudioError, match=reason):
            FormBody([path], "file")
