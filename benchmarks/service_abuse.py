"""More than two thousand hostile requests against the service that ships: what they get, and what they cost.

The service runs as a process of its own; requests come one after another, and beside them slow and endless ones on
connections of their own. Writes ``benchmarks/results/service_abuse.json``; its tests are in ``tests/fuzz``.

    PYTHONPATH=. python benchmarks/service_abuse.py [--each 50]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Self

from tests.fuzz.hostile import Attack, attacks, sound

RESULT = Path(__file__).parent / "results" / "service_abuse.json"
LIMITS = {
    "GENREKIT_UPLOAD_BYTES": str(8 * 2**20),
    "GENREKIT_SAMPLES_BYTES": str(8 * 2**20),
    "GENREKIT_JOB_BYTES": str(8 * 2**20),
    "GENREKIT_MAX_SECONDS": "120",
    "GENREKIT_WORK_SECONDS": "20",
    "GENREKIT_CACHE_ENTRIES": "0",
    "GENREKIT_STALL_SECONDS": "3",
    "GENREKIT_BODY_SECONDS": "6",
}
HEAD = b"POST /v1/predictions HTTP/1.1\r\nHost: a\r\nContent-Type: audio/wav\r\n"


class Service:
    """The program in a process, and what it takes of memory and disk."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._folder = folder
        (folder / "tmp").mkdir()
        command = [
            sys.executable,
            "-c",
            "from genrekit.cli.main import main; main()",
            "serve",
            "--port",
            str(self.port),
        ]
        environment = os.environ | LIMITS | {"TMPDIR": str(folder / "tmp")}
        command += ["--state-dir", str(folder / "state")]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        self.most_memory = self.most_disk = 0.0
        self._watching = True
        self._watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        while self.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.2)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watching = False
        self._watcher.join()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(90)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body; status -1 where the service hung up on what it had refused, 0 without any answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        except (BrokenPipeError, ConnectionResetError):
            return -1, b""  # refused and closed while this client was still sending
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def resident(self) -> float:
        """Memory of the service and its workers [MiB]."""
        _, body = self.ask("GET", "/metrics")
        lines = [
            line.split() for line in body.decode().splitlines() if "resident_bytes" in line or "resident_memory" in line
        ]
        return sum(float(line[1]) for line in lines if line[0] != "#") / 2**20

    def _watch(self) -> None:
        while self._watching:
            self.most_memory = max(self.most_memory, self.resident())
            self.most_disk = max(self.most_disk, _size_of(self._folder) / 2**20)
            time.sleep(0.3)


def _size_of(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def hold(port: int, head: bytes, piece: bytes, pause: float, ended: list[float]) -> None:
    """Send a head, then the same piece again and again, until the service has had enough."""
    begun = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(head)
            while True:
                time.sleep(pause)
                connection.sendall(piece)
    except OSError:
        ended.append(time.monotonic() - begun)


def besiege(port: int) -> tuple[list[threading.Thread], list[float]]:
    """Slow heads, slow bodies, and bodies without end, ten of each at once."""
    kinds = [
        (b"GET / HTTP/1.1\r\n", b"X: 1\r\n", 0.5),
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b"x", 0.5),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + bytes(65_536) + b"\r\n", 0.0),
    ]
    ended: list[float] = []
    threads = [threading.Thread(target=hold, args=(port, *kind, ended)) for kind in kinds for _ in range(10)]
    for thread in threads:
        thread.start()
    return threads, ended


def send_all(service: Service, each: int) -> dict[str, Any]:
    """All attacks, one after another."""
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: tuple[float, str] = (0.0, "")
    malformed = 0
    for attack in attacks(each):
        begun = time.monotonic()
        status, body = _send(service, attack)
        slowest = max(slowest, (time.monotonic() - begun, attack.kind))
        statuses[attack.kind][str(status)] += 1
        malformed += status >= 400 and "code" not in json.loads(body or b"{}")
    total: Counter[str] = sum(statuses.values(), Counter())
    return {
        "requests": total.total(),
        "by status": dict(sorted(total.items())),
        "by kind": {kind: dict(sorted(counted.items())) for kind, counted in sorted(statuses.items())},
        "refusals that are no problem details": malformed,
        "slowest answer, seconds": round(slowest[0], 2),
        "slowest kind": slowest[1],
    }


def _send(service: Service, attack: Attack) -> tuple[int, bytes]:
    while True:
        status, body = service.ask("POST", attack.path, attack.body, attack.headers)
        if status != 503:
            return status, body
        time.sleep(0.2)


def main() -> None:
    """Send all and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Service(Path(folder)) as service:
        before = service.resident()
        threads, ended = besiege(service.port)
        result = send_all(service, options.each)
        for thread in threads:
            thread.join(120)
        good, _ = service.ask("POST", "/v1/predictions", sound(".wav"), {"Content-Type": "audio/wav"})
        _, metrics = service.ask("GET", "/metrics")
        ends = [line for line in metrics.decode().splitlines() if line.startswith("genrekit_worker_ends_total")]
        result |= {
            "slow or endless clients": {
                "sent": len(threads),
                "cut off": len(ended),
                "latest after, seconds": round(max(ended), 1),
            },
            "workers that ended": {line.split('"')[1]: int(float(line.split()[-1])) for line in ends},
            "memory before, MiB": round(before, 1),
            "most memory, MiB": round(service.most_memory, 1),
            "memory after, MiB": round(service.resident(), 1),
            "most disk, MiB": round(service.most_disk, 1),
            "a good file afterwards": good,
            "still the same process": service.process.poll() is None,
        }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: value for name, value in result.items() if name != "by kind"}, indent=1))


if __name__ == "__main__":
    main()
