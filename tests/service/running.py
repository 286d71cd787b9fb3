"""The service as an operator runs it: a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading

from tests.service.live import waited_for


class Process:
    """``genrekit serve`` in a process of its own."""

    def __init__(self, artifact, state, **environment):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [sys.executable, "-c", "from genrekit.cli.main import main; main()", "serve"]
        options = ["--port", self.port, "--artifact", artifact, "--state-dir", state, "--workers", 1]
        self.process = subprocess.Popen(
            [*command, *map(str, options)], stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
        )
        self.lines = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(json.loads(line))
        self.process.stderr.close()

    def event(self, name):
        return waited_for(lambda: next((line for line in self.lines if line["event"] == name), None), 60)

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        status = self.process.wait(60)
        self._reader.join()
        return status

    def __enter__(self):
        assert self.event("listening"), self.lines
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end(signal.SIGKILL)
