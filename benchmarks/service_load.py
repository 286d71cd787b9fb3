"""What the service bears: answers a second, latencies, refusals under overload, memory over many requests.

The service runs as a process of its own with two workers and the artifact that ships; the load comes from a second
process (this one starts it). Nothing is answered from memory: the cache is off, and every file is another one.
Writes ``benchmarks/results/service_load.json``.

    python benchmarks/service_load.py [--seconds 60] [--requests 2000] [--parts load memory]
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "service_load.json"
SONG = ROOT / "examples"
WORKERS = 2
QUEUE = 16
REQUEST_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """When a request began [s], how long it took [s], and how it ended: a status, or 0 without an answer."""

    begun: float
    seconds: float
    status: int
    retry_after: float


def song() -> bytes:
    """A bundled example, brought to 30 s of stereo mp3 at 44.1 kHz."""
    import av
    import numpy as np

    import clipfeat

    source = min(SONG.glob("*.ogg"))
    rate = 44_100
    samples = np.resize(clipfeat.load(source, sample_rate=rate), 30 * rate)
    with tempfile.NamedTemporaryFile(suffix=".mp3") as file:
        with av.open(file.name, "w", format="mp3") as container:
            stream = container.add_stream("libmp3lame", rate=rate)
            stream.layout, stream.bit_rate = "stereo", 128_000
            for start in range(0, len(samples), 1152):
                block = np.repeat(samples[None, start : start + 1152], 2, axis=0).astype(np.float32)
                frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
                frame.sample_rate = rate
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return Path(file.name).read_bytes()


@contextmanager
def service(state: str) -> Iterator[tuple[int, int]]:
    """Port and process id of a service that is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"GENREKIT_CACHE_ENTRIES": "0", "GENREKIT_REQUEST_SECONDS": str(REQUEST_SECONDS)}
    command = [sys.executable, "-c", "from genrekit.cli.main import main; main()", "serve", "--port", str(port)]
    command += ["--state-dir", state, "--workers", str(WORKERS), "--queue", str(QUEUE)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            while ask(port, "GET", "/readyz", b"")[0] != 200:
                time.sleep(0.2)
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(90)


def ask(port: int, method: str, path: str, body: bytes) -> tuple[int, float]:
    """Status and Retry-After [s]; status 0 without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_SECONDS + 30)
    try:
        connection.request(method, path, body or None, {"Content-Type": "audio/mpeg"})
        response = connection.getresponse()
        response.read()
        return response.status, float(response.headers.get("Retry-After", 0))
    except (OSError, http.client.HTTPException):
        return 0, 0.0
    finally:
        connection.close()


def request(port: int, sound: bytes, label: str, answers: list[Answer]) -> None:
    """Ask once; for another file each time, by what follows its last frame."""
    begun = time.monotonic()
    status, retry_after = ask(port, "POST", "/v1/predictions", sound + f"TAG{label}".encode())
    answers.append(Answer(begun, time.monotonic() - begun, status, retry_after))


def client(port: int, sound: bytes, number: int, end: float, answers: list[Answer]) -> None:
    """Ask again as soon as there is an answer, for as long as there is time."""
    count = 0
    while time.monotonic() < end:
        count += 1
        request(port, sound, f"{number}-{count}", answers)


def crowd(port: int, sound: bytes, clients: int, end: float, answers: list[Answer]) -> None:
    """So many clients at once."""
    threads = [threading.Thread(target=client, args=(port, sound, n, end, answers)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def stream(port: int, sound: bytes, rate: float, end: float, answers: list[Answer]) -> None:
    """So many requests a second, evenly, whatever becomes of those before."""
    threads: list[threading.Thread] = []
    due = time.monotonic()
    while due < end:
        time.sleep(max(0.0, due - time.monotonic()))
        threads.append(threading.Thread(target=request, args=(port, sound, str(len(threads)), answers)))
        threads[-1].start()
        due += 1 / rate
    for thread in threads:
        thread.join()


def load(arrivals: Callable[..., None], port: int, sound: bytes, amount: float, seconds: float, pipe: Any) -> None:
    """The second process: `crowd` or `stream`, and one client that asks for health; sends all answers back."""
    end = time.monotonic() + seconds
    answers: list[Answer] = []
    health: list[Answer] = []
    sender = threading.Thread(target=arrivals, args=(port, sound, amount, end, answers))
    sender.start()
    while time.monotonic() < end:
        begun = time.monotonic()
        status, _ = ask(port, "GET", "/healthz", b"")
        health.append(Answer(begun, time.monotonic() - begun, status, 0.0))
        time.sleep(0.1)
    sender.join()
    pipe.send((answers, health))


def under_load(
    arrivals: Callable[..., None], port: int, sound: bytes, amount: float, seconds: float
) -> tuple[list[Answer], list[Answer]]:
    """What clients in a second process see."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=load, args=(arrivals, port, sound, amount, seconds, theirs)
    )
    process.start()
    received: tuple[list[Answer], list[Answer]] = ours.recv()
    process.join()
    return received


def figures(answers: Sequence[Answer], seconds: float) -> dict[str, Any]:
    """Counts by status, answers a second, and latencies of those answered and of those refused [s]."""
    answered = [answer.seconds for answer in answers if answer.status == 200]
    refused = [answer.seconds for answer in answers if answer.status in (429, 503)]
    return {
        "requests": len(answers),
        "by status": {str(status): count for status, count in sorted(Counter(a.status for a in answers).items())},
        "answers a second": round(len(answered) / seconds, 2),
        "answered": latencies(answered),
        "refused": latencies(refused),
    }


def latencies(seconds: Sequence[float]) -> dict[str, float] | None:
    """Median, p95, p99 and largest [s]."""
    if not seconds:
        return None
    ranked = sorted(seconds)
    at = lambda share: ranked[min(len(ranked) - 1, int(share * len(ranked)))]  # noqa: E731
    return {"p50": round(at(0.5), 4), "p95": round(at(0.95), 4), "p99": round(at(0.99), 4), "max": round(ranked[-1], 4)}


def metrics(port: int) -> dict[str, float]:
    """All samples of /metrics."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    pairs = (line.split(" # ")[0].rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def resident(port: int) -> float:
    """Memory of the service and its workers [MiB]."""
    read = metrics(port)
    return (read["process_resident_memory_bytes"] + read["genrekit_workers_resident_bytes"]) / 2**20


def steps(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Mean wall time of each step between two readings [s]."""
    taken = {}
    for name, value in after.items():
        if name.startswith("genrekit_stage_seconds_count"):
            total = name.replace("_count", "_sum")
            count = value - before.get(name, 0)
            stage = name.split('"')[1]
            taken[stage] = round((after[total] - before.get(total, 0)) / count, 4) if count else 0.0
    return taken


def processor_seconds(pid: int) -> tuple[float, float]:
    """Processor time of the service and of its workers so far [s]; 0 where there is no /proc."""
    ticks = os.sysconf("SC_CLK_TCK")
    own, workers = 0.0, 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        taken = (int(fields[11]) + int(fields[12])) / ticks
        own += taken if path.parent.name == str(pid) else 0.0
        workers += taken if fields[1] == str(pid) else 0.0
    return own, workers


def calm(port: int, pid: int, sound: bytes, seconds: float) -> dict[str, Any]:
    """Eight clients at once."""
    before, spent = metrics(port), processor_seconds(pid)
    answers, health = under_load(crowd, port, sound, 8, seconds)
    own, workers = (after - earlier for after, earlier in zip(processor_seconds(pid), spent, strict=True))
    count = max(1, sum(answer.status == 200 for answer in answers))
    return figures(answers, seconds) | {
        # What an answer costs does not depend on who else uses the machine; how many fit into a second does.
        "processor seconds an answer": {"service": round(own / count, 4), "workers": round(workers / count, 4)},
        "share of the processors that was ours": round((own + workers) / seconds / (os.cpu_count() or 1), 3),
        "health": latencies([answer.seconds for answer in health]),
        "mean seconds of the steps": steps(before, metrics(port)),
    }


def flooded(port: int, sound: bytes, seconds: float, capacity: float) -> dict[str, Any]:
    """Eight times as many requests a second as are answered; then how long until an answer is as quick as before."""
    answers, health = under_load(stream, port, sound, 8 * capacity, seconds)
    ended, recovered = time.monotonic(), 0.0
    while recovered == 0.0:
        status, _ = ask(port, "POST", "/v1/predictions", sound + str(time.monotonic()).encode())
        if status == 200:
            recovered = time.monotonic() - ended
    return figures(answers, seconds) | {
        "requests a second": round(8 * capacity, 1),
        "health": latencies([answer.seconds for answer in health]),
        "seconds until answered again": round(recovered, 3),
        "permits held afterwards": metrics(port)["genrekit_permits_held"],
    }


def memory(port: int, sound: bytes, requests: int) -> dict[str, Any]:
    """Resident memory over many requests, four at a time; the slope is that of a line through the second half."""
    readings: list[tuple[int, float]] = []
    done = 0
    while done < requests:
        answers: list[Answer] = []
        threads = [threading.Thread(target=_some, args=(port, sound, done + 25 * part, answers)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done += sum(answer.status == 200 for answer in answers)
        readings.append((done, resident(port)))
    half = readings[len(readings) // 2 :]
    slope = statistics.linear_regression([x for x, _ in half], [y for _, y in half]).slope if len(half) > 1 else 0.0
    return {
        "requests": done,
        "highest MiB": round(max(y for _, y in readings), 1),
        "last MiB": round(readings[-1][1], 1),
        "slope of the second half, MiB per 1000 requests": round(1000 * slope, 2),
        "readings": [(x, round(y, 1)) for x, y in readings],
    }


def _some(port: int, sound: bytes, first: int, answers: list[Answer]) -> None:
    for number in range(first, first + 25):
        request(port, sound, str(number), answers)


def alone(port: int, sound: bytes) -> float:
    """Median of ten answers, one after another [s]."""
    taken = []
    for number in range(10):
        begun = time.monotonic()
        ask(port, "POST", "/v1/predictions", sound + f"alone{number}".encode())
        taken.append(time.monotonic() - begun)
    return round(statistics.median(taken), 4)


def say(what: str) -> None:
    """Narrate."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure what is asked for and write it beside what was measured before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--parts", nargs="+", choices=("load", "memory"), default=("load", "memory"))
    options = parser.parse_args()
    sound = song()
    result: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    result |= {
        "machine": {"cpus": os.cpu_count(), "platform": platform.platform()},
        "file": {"seconds": 30, "bytes": len(sound), "format": "mp3, stereo, 44.1 kHz"},
        "workers": WORKERS,
        "requests held": WORKERS + QUEUE,
    }
    if "load" in options.parts:
        result |= loaded(sound, options.seconds)
    if "memory" in options.parts:
        with tempfile.TemporaryDirectory() as state, service(state) as (port, _):
            say("memory")
            result["memory"] = memory(port, sound, options.requests)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in result.items() if key != "memory"}, indent=1))


def loaded(sound: bytes, seconds: float) -> dict[str, Any]:
    """One client, eight, and too many."""
    result: dict[str, Any] = {"load of the machine before": os.getloadavg()}
    with tempfile.TemporaryDirectory() as state, service(state) as (port, pid):
        say("one after another")
        result["alone, seconds"] = alone(port, sound)
        say("8 clients")
        result["8 clients"] = calm(port, pid, sound, seconds)
        say("8 times capacity")
        result["8 times capacity"] = flooded(port, sound, seconds, result["8 clients"]["answers a second"])
    return result


if __name__ == "__main__":
    main()
