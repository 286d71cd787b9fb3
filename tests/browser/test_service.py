"""The app in front of a service: there, slow, full, or not there at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import msgspec
from playwright.sync_api import Browser, expect

from genrekit import wire
from tests.browser.driving import drop, free_port, genre_on, opened, running_app
from tests.webapp.showing import made_model, made_prediction

Answer = tuple[int, dict[str, Any], dict[str, str]]


def answer_record() -> dict[str, Any]:
    record = msgspec.to_builtins(wire.prediction_record("song", made_prediction("reggae"), timeline=True))
    return {**record, "top": [{"genre": "reggae", "proba": 0.8}], "genrekit": "9.9.9", "request_id": "r1"}


def problem(status: int, code: str, detail: str) -> dict[str, Any]:
    words = {"type": "t", "title": "t", "instance": "/v1/predictions", "hint": "h", "request_id": "r1"}
    return {"status": status, "code": code, "detail": detail, **words}


@contextmanager
def service(predict: Callable[[], Answer]) -> Iterator[str]:
    """What answers like the service: its model at once, predictions as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(200, msgspec.to_builtins(made_model()), {})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.reply(*predict())

        def reply(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_slow_service_is_waited_for_in_sight_and_can_be_left(
    browser: Browser, songs: dict[str, Path], tmp_path: Path
) -> None:
    released = Event()

    def slow() -> Answer:
        released.wait(300)
        return 200, answer_record(), {}

    with service(slow) as api, running_app(tmp_path, environment={"API_URL": api}) as url:
        page, log = opened(browser, url)
        expect(page.locator("#gk-head")).to_contain_text(f"by the service at {api}")
        drop(page, songs["jazz"])
        expect(page.locator("#gk-status")).to_contain_text(re.compile(r"Listening to jazz\.mp3, 1 of 1, for \d+ s"))
        page.click("#gk-cancel")
        expect(page.locator("#gk-status")).to_have_text("Cancelled.")
        released.set()
        # An answer that comes after that is thrown away.
        page.wait_for_timeout(3000)
        expect(page.locator("#gk-answer .gk-genre")).to_have_count(0)
        page.click("#gk-example-jazz")
        assert genre_on(page) == "reggae"
        expect(page.locator("#gk-why")).to_contain_text("run the app without it")
        page.get_by_role("tab", name="Model").click()
        expect(page.locator("#gk-model")).to_contain_text("9.9.9")
        assert log.complaints == []
        page.context.close()


def test_a_fault_that_the_service_tells_is_told_on(browser: Browser, songs: dict[str, Path], tmp_path: Path) -> None:
    refused = problem(422, "GK107", "upload: is silent (below -80 dB of full scale)")
    with service(lambda: (422, refused, {})) as api, running_app(tmp_path, environment={"API_URL": api}) as url:
        page, _ = opened(browser, url)
        drop(page, songs["jazz"])
        alert = page.locator("#gk-answer [role=alert]")
        expect(alert).to_contain_text("jazz.mp3: is silent (below -80 dB of full scale).")
        expect(alert).to_contain_text("GK107")
        page.context.close()


def test_without_its_service_the_page_says_so(browser: Browser, songs: dict[str, Path], tmp_path: Path) -> None:
    api = f"http://127.0.0.1:{free_port()}"
    with running_app(tmp_path, environment={"API_URL": api}) as url:
        page, log = opened(browser, url)
        drop(page, songs["jazz"])
        alert = page.locator("#gk-answer [role=alert]")
        expect(alert).to_contain_text(f"{api}: gave no answer (ConnectionRefusedError).")
        expect(alert).to_contain_text("/healthz")
        page.get_by_role("tab", name="Model").click()
        expect(page.locator("#gk-model [role=alert]")).to_contain_text("gave no answer")
        assert log.complaints == []
        page.context.close()
