"""A service that runs while a test does: in a thread of its own, on a free port of loopback."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from genrekit.service.answering import Answering, PoolMaker
from genrekit.service.app import create_service
from genrekit.service.jobs import Jobs
from genrekit.service.messages import Done, Ready, Task
from genrekit.service.server import Server, listen
from genrekit.service.settings import ServiceSettings
from genrekit.service.tracing import LocalTracing, Tracing
from genrekit.wire import ModelRecord, PredictionRecord

READY = Ready(ModelRecord("fake", "0", ["jazz", "rock"], {"m": 1.0}, {}, 3.0, 0.5, {}, {}), None)
RECORD = PredictionRecord("", "jazz", False, {"jazz": 0.8, "rock": 0.2}, 30.0, [], "fake")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Live:
    """The service; use it as a context."""

    def __init__(
        self,
        settings: ServiceSettings,
        state_dir: Path,
        tracing: Tracing | None = None,
        make_pool: PoolMaker | None = None,
    ) -> None:
        self.settings = settings
        self.service = create_service(settings, state_dir, tracing or LocalTracing(), make_pool)
        self._socket = listen("127.0.0.1", 0)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = Server(self.service, settings)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._up = threading.Event()
        self._error: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._up.wait(120)
        if self._error is not None:
            self._thread.join()
            raise self._error
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(60)
        assert not self._thread.is_alive()

    @property
    def answering(self) -> Answering:
        return self.service.app.state.answering

    @property
    def jobs(self) -> Jobs:
        return self.service.app.state.jobs

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run something on the service's own event loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(120)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post_audio(self, path: str, data: bytes, content_type: str = "audio/wav") -> Reply:
        return self.ask("POST", path, data, {"Content-Type": content_type})

    def post_json(self, path: str, value: object) -> Reply:
        return self.ask("POST", path, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def post_files(self, path: str, files: Sequence[tuple[str, bytes]], **headers: str) -> Reply:
        content_type, body = multipart(files)
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, body, {"Content-Type": content_type, **extra})

    def _run(self) -> None:
        try:
            with self._socket:
                asyncio.set_event_loop(self._loop)
                self._loop.run_until_complete(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            self._error = error
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
            self._up.set()

    async def _serve(self) -> None:
        async with self.service.running():
            self._loop.call_later(0.05, self._up.set)
            await self._server.serve(sockets=[self._socket])


def multipart(files: Sequence[tuple[str, bytes]], field_name: str = "file") -> tuple[str, bytes]:
    """Content type and body of a form with these files."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files
    ]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def waited_for(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Whether the condition has come true in time: its value, or a false one."""
    end = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return value


@dataclass
class HeldPool:
    """A pool that answers nothing before it is told to."""

    size: int = 1
    ready: Ready = READY
    alive: int = 1
    pids: tuple[int, ...] = ()
    waiting: int = 0
    answered: int = 0
    record: PredictionRecord = RECORD
    signal: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, task: Task, seconds: float, priority: int = 0) -> Done:
        self.waiting += 1
        try:
            await self.signal.wait()
        finally:
            self.waiting -= 1
        self.answered += 1
        return Done(self.record, [("decode", 1_790_000_000.0, 0.01)], [])

    async def close(self, seconds: float) -> None:
        self.alive = 0
