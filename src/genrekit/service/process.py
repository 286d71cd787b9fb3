"""One worker process, seen from the service: started, asked, killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import Final, Self

import msgspec

from genrekit.errors import ARTIFACT_INVALID, ArtifactError, find_kind
from genrekit.service.messages import Done, Failed, FromWorker, Ready, Setup, Task

# A line holds a timeline of hours at most; asyncio's own limit of 64 KiB is for people's lines.
_LINE_BYTES: Final = 64 * 2**20
_START_SECONDS: Final = 120.0
_DECODER: Final[msgspec.json.Decoder[FromWorker]] = msgspec.json.Decoder(FromWorker)
# One file is one thread's work; arenas of more threads would only keep memory.
_ENVIRONMENT: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}


class WorkerGoneError(Exception):
    """The process has ended without an answer."""


class WorkerProcess:
    """A started worker that has passed its own test; one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process, ready: Ready) -> None:
        self._process = process
        self.ready = ready

    @classmethod
    async def start(cls, artifact: Path | None, worker_bytes: int) -> Self:
        """Start a process and have it answer its test clip.

        Raises:
            ArtifactError: it refuses the artifact, or cannot answer with it.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "genrekit.service.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # Native decoders print what they like; our stderr is for lines of JSON.
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE_BYTES,
            env={**os.environ, **_ENVIRONMENT},
            # An interrupt at the terminal is for the service, which then ends its workers in its own time.
            start_new_session=True,
        )
        setup = Setup(None if artifact is None else str(artifact), worker_bytes)
        try:
            async with asyncio.timeout(_START_SECONDS):
                first = await _ask(process, msgspec.json.encode(setup))
        except (TimeoutError, WorkerGoneError) as error:
            await _end(process)
            raise ArtifactError(
                ARTIFACT_INVALID, "worker", "ended or hung before it had answered its test clip"
            ) from error
        except asyncio.CancelledError:
            await _end(process)
            raise
        if not isinstance(first, Ready):
            await _end(process)
            code, reason = (first.code, first.reason) if isinstance(first, Failed) else (ARTIFACT_INVALID.code, "")
            raise ArtifactError(find_kind(code), "artifact", reason)
        return cls(process, first)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs, as far as is known."""
        return self._process.returncode is None

    async def ask(self, task: Task) -> Done | Failed:
        """Have one file answered.

        Raises:
            WorkerGoneError: the process ended.
        """
        reply = await _ask(self._process, msgspec.json.encode(task))
        if isinstance(reply, Ready):
            raise WorkerGoneError
        return reply

    async def wait(self) -> None:
        """Wait until the process has ended."""
        await self._process.wait()

    async def kill(self) -> None:
        """End the process, whatever it does."""
        await _end(self._process)


async def _ask(process: asyncio.subprocess.Process, line: bytes) -> FromWorker:
    if process.stdin is None or process.stdout is None:
        raise WorkerGoneError
    try:
        process.stdin.write(line + b"\n")
        await process.stdin.drain()
        reply = await process.stdout.readline()
        return _DECODER.decode(reply)
    except (OSError, ValueError) as error:
        # An empty or cut line is no JSON, and msgspec's error is a ValueError: the process died.
        raise WorkerGoneError from error


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.wait()
