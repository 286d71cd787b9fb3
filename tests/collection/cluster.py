"""A scheduler and workers of dask as processes of their own, on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# A busy machine takes its time to start five processes [s].
_START_SECONDS = 300
# Loaded into workers before their first task: files of certain names kill or stall whoever reads them.
POISON = """
import os, time
from genrekit.collection import answering, distribute

def poisoned(path, *arguments):
    if "poison" in path.name:
        os._exit(1)
    if "stall" in path.name:
        time.sleep(3600)
    return answering.answer_place(path, *arguments)

distribute.answer_place = poisoned
"""


@dataclass
class Cluster:
    """A running cluster."""

    address: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_workers(self, count: int) -> None:
        """Start workers and wait until they are there."""
        for _ in range(count):
            self._add_worker()
        _await_workers(self.address, len(self.workers))

    def _add_worker(self) -> None:
        """Start a worker of one thread, under a nanny that starts it again when it dies."""
        preload = self.folder / "poison.py"
        preload.write_text(POISON)
        local = self.folder / f"worker-{len(self.workers)}"
        options = f"--nthreads 1 --no-dashboard --host 127.0.0.1 --death-timeout 300 --preload {preload}".split()
        self.workers.append(_started("worker", self.address, *options, "--local-directory", str(local)))

    def kill_worker(self) -> None:
        """Kill the last worker and its nanny, as a power cut would."""
        os.killpg(self.workers.pop().pid, signal.SIGKILL)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster without workers yet, that is ended with all its processes."""
    file = folder / "scheduler.json"
    options = f"--host 127.0.0.1 --port 0 --no-dashboard --scheduler-file {file}".split()
    scheduler = _started("scheduler", *options)
    cluster = Cluster("", folder)
    try:
        cluster.address = _address(file)
        yield cluster
    finally:
        for process in [*cluster.workers, scheduler]:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        # A task is tried once, not four times, before its shard is halved: every death costs the start of a process.
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
        "OMP_NUM_THREADS": "1",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "120s",
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(command, start_new_session=True, env=environment, **quiet)


def _address(file: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if file.exists() and file.read_text().strip().endswith("}"):
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.1)
    raise TimeoutError("the scheduler has not started")


def _await_workers(address: str, count: int) -> None:
    import distributed

    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=_START_SECONDS)
