"""The bounded pool of workers: who is idle, who waits, and what happens when one dies."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
from collections.abc import Callable, Coroutine
from itertools import count
from pathlib import Path
from typing import Final, Protocol, Self

from genrekit.errors import (
    DECODER_ENDED,
    MALFORMED,
    NOT_READY,
    TIME_LIMIT,
    AudioError,
    GenrekitError,
    ServiceError,
    find_kind,
)
from genrekit.service.messages import Done, Failed, Ready, Task
from genrekit.service.process import WorkerGoneError, WorkerProcess

_LOG: Final = logging.getLogger(__name__)
_MAX_BACKOFF: Final = 30.0
_LOOK_SECONDS: Final = 0.02

REQUEST: Final = 0
JOB: Final = 1


class Pool(Protocol):
    """Whoever answers tasks: processes, or in a test something that waits for a signal."""

    @property
    def ready(self) -> Ready:
        """Who answers."""

    @property
    def alive(self) -> int:
        """Workers that can answer."""

    @property
    def waiting(self) -> int:
        """Tasks that no worker has taken yet."""

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the worker processes."""

    async def run(self, task: Task, seconds: float, priority: int = REQUEST) -> Done | Failed:
        """Have a task answered."""

    async def close(self, seconds: float) -> None:
        """Give what is in work so many seconds to finish [s], then end."""


class ProcessPool:
    """A pool of `WorkerProcess`. A worker that dies or is killed is replaced.

    Requests go before jobs; otherwise first come, first served.
    """

    def __init__(self, size: int, artifact: Path | None, worker_bytes: int, on_end: Callable[[str], None]) -> None:
        self._size = size
        self._artifact = artifact
        self._worker_bytes = worker_bytes
        self._on_end = on_end
        self._workers: list[WorkerProcess] = []
        self._idle: list[WorkerProcess] = []
        self._waiters: list[tuple[int, int, asyncio.Future[WorkerProcess]]] = []
        self._order = count()
        self._background: set[asyncio.Task[None]] = set()
        self._closing = False

    @classmethod
    async def start(
        cls, size: int, artifact: Path | None, worker_bytes: int, on_end: Callable[[str], None] = lambda _: None
    ) -> Self:
        """Start all workers.

        Args:
            size: number of workers.
            artifact: folder of the artifact; the one that ships if None.
            worker_bytes: address space of each [bytes]; 0 sets no bound.
            on_end: is told why a worker ended: it ``died``, or was ``killed`` because it took too long.

        Raises:
            ArtifactError: it cannot answer the test clip.
        """
        pool = cls(size, artifact, worker_bytes, on_end)
        # The first one alone: a bad artifact is then refused once, not by all.
        for _ in range(size):
            try:
                await pool._add()
            except BaseException:
                await pool.close(0.0)
                raise
        return pool

    @property
    def ready(self) -> Ready:
        """Who answers: what the youngest worker said of itself."""
        if not self._workers:
            raise ServiceError(NOT_READY, "service", "has no worker that answers")
        return self._workers[-1].ready

    @property
    def alive(self) -> int:
        """Workers that can answer."""
        return sum(worker.is_alive for worker in self._workers)

    @property
    def waiting(self) -> int:
        """Tasks that no worker has taken yet."""
        return sum(not future.done() for _, _, future in self._waiters)

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the worker processes."""
        return tuple(worker.pid for worker in self._workers)

    async def run(self, task: Task, seconds: float, priority: int = REQUEST) -> Done | Failed:
        """Have a task answered. Cancelled while it waits, it is dropped; in work, it is finished for nobody.

        Args:
            task: to answer.
            seconds: that the worker may take before it is killed [s].
            priority: `REQUEST` or `JOB`.

        Raises:
            AudioError: the file made the worker hang or die.
        """
        worker = await self._acquire(priority)
        attending = asyncio.create_task(self._attend(worker, task, seconds))
        # Whoever asked may leave; the worker is busy all the same and is given back when it is not.
        attending.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(attending)

    async def close(self, seconds: float) -> None:
        """Give workers so many seconds to finish what they have in work [s], then end them all."""
        self._closing = True
        background = tuple(self._background)
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._waiters or len(self._idle) < self.alive:  # noqa: ASYNC110 - workers also end unasked
                    await asyncio.sleep(_LOOK_SECONDS)
        for _, _, future in self._waiters:
            if not future.done():
                future.set_exception(ServiceError(NOT_READY, "service", "stopped before a worker was free"))
        workers, self._workers, self._idle = self._workers, [], []
        await asyncio.gather(*(worker.kill() for worker in workers))

    async def _acquire(self, priority: int) -> WorkerProcess:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
        future: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiters, (priority, next(self._order), future))
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._release(future.result())
            raise

    def _release(self, worker: WorkerProcess) -> None:
        if not worker.is_alive:
            return
        while self._waiters:
            _, _, future = heapq.heappop(self._waiters)
            if not future.done():
                future.set_result(worker)
                return
        self._idle.append(worker)

    async def _attend(self, worker: WorkerProcess, task: Task, seconds: float) -> Done | Failed:
        try:
            async with asyncio.timeout(seconds):
                return await worker.ask(task)
        except TimeoutError:
            self._on_end("killed")
            await worker.kill()
            raise AudioError(TIME_LIMIT, "audio", f"took more than {seconds:g} s to decode and predict") from None
        except WorkerGoneError:
            self._on_end("died")
            await worker.kill()
            raise AudioError(DECODER_ENDED, "audio", "ended the process that was reading it") from None
        finally:
            self._release(worker)

    async def _add(self) -> None:
        worker = await WorkerProcess.start(self._artifact, self._worker_bytes)
        self._workers.append(worker)
        self._watch(self._replace_when_ended(worker))
        self._release(worker)

    async def _replace_when_ended(self, worker: WorkerProcess) -> None:
        await worker.wait()
        if self._closing:
            return
        self._workers.remove(worker)
        if worker in self._idle:
            self._idle.remove(worker)
            self._on_end("died")
        delay = 0.0
        while not self._closing:
            await asyncio.sleep(delay)
            try:
                await self._add()
            except GenrekitError as error:
                delay = min(_MAX_BACKOFF, 2 * delay + 0.5)
                _LOG.error("worker_start_failed", extra={"code": error.kind.code, "retry_seconds": delay})
            else:
                return

    def _watch(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def raise_failure(reply: Done | Failed) -> Done:
    """The answer.

    Raises:
        AudioError: there is none because of the file.
        ServiceError: there is none because of the form of the body.
    """
    if isinstance(reply, Done):
        return reply
    kind = find_kind(reply.code)
    error: GenrekitError = AudioError(kind, "audio", reply.reason)
    if kind is MALFORMED:
        error = ServiceError(kind, "body", reply.reason)
    if reply.pointer:
        error.add_note(reply.pointer)
    raise error
