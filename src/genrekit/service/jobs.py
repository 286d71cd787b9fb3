"""Jobs at work: many files, or long ones, answered one after another behind the requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from genrekit.errors import NOT_READY, OVERLOADED, GenrekitError, ServiceError
from genrekit.service.answering import Answering, limits_record
from genrekit.service.job_store import Claimed, JobOptions, JobStore
from genrekit.service.messages import Task
from genrekit.service.pool import JOB
from genrekit.service.settings import ServiceSettings
from genrekit.service.spool import Upload
from genrekit.wire import ErrorDetail, JobRecord, PredictionRecord

_LOG: Final = logging.getLogger(__name__)
_T = TypeVar("_T")
_SWEEP_SECONDS: Final = 60.0
_RETRY_SECONDS: Final = 1.0


class Jobs:
    """The queue of jobs: its store, spoken to from one thread, and the runner that works it off.

    The runner has one file in work at a time, and each waits behind all requests: jobs never crowd them out.
    """

    def __init__(self, settings: ServiceSettings, answering: Answering, store: JobStore) -> None:
        self._settings = settings
        self._answering = answering
        self._store = store
        self._thread = ThreadPoolExecutor(1, "jobs")
        self._news = asyncio.Event()
        self._limits = settings.limits(settings.job_max_seconds, settings.job_work_seconds)
        self._background: list[asyncio.Task[None]] = []
        self.folder = store.folder
        self.states: dict[str, float] = store.states()

    def start(self) -> None:
        """Begin to work the queue off."""
        self._background = [asyncio.create_task(self._work_off()), asyncio.create_task(self._sweep())]

    async def close(self) -> None:
        """Stop; what is in work goes back to the queue."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        self._thread.shutdown()

    async def accept(self, uploads: Sequence[Upload], options: JobOptions) -> tuple[JobRecord, bool]:
        """Take a job.

        Returns:
            The job, and whether it is new: then its sounds belong to it.

        Raises:
            ServiceError: too many files wait already, or the idempotency key came before with another content.
        """
        backlog = await self._in_thread(self._store.backlog)
        if backlog + len(uploads) > self._settings.job_backlog:
            error = ServiceError(OVERLOADED, "jobs", f"{backlog} files wait already")
            error.retry_after = self._answering.admission.retry_after
            raise error
        job, is_new = await self._in_thread(lambda: self._store.accept(uploads, options))
        await self._changed()
        return await self.read(job, options.client), is_new

    async def read(self, job: str, client: str) -> JobRecord:
        """A job and the results it has so far.

        Raises:
            ServiceError: this client has no such job.
        """
        return await self._in_thread(lambda: self._store.read(job, client))

    async def cancel(self, job: str, client: str) -> JobRecord:
        """Take a job's waiting files out of the queue.

        Raises:
            ServiceError: this client has no such job.
        """
        record = await self._in_thread(lambda: self._store.cancel(job, client))
        await self._changed()
        return record

    async def _work_off(self) -> None:
        while True:
            # Before the look, so that news during it are not lost.
            self._news.clear()
            claimed = await self._in_thread(self._store.claim)
            if claimed is None:
                await self._news.wait()
                continue
            await self._answer(claimed)

    async def _answer(self, claimed: Claimed) -> None:
        try:
            result = await self._result(claimed)
        except asyncio.CancelledError:
            await asyncio.shield(self._in_thread(lambda: self._store.put_back(claimed)))
            raise
        if result is None:
            await self._in_thread(lambda: self._store.put_back(claimed))
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            await self._in_thread(lambda: self._store.finish(claimed, result))
        await self._changed()

    async def _result(self, claimed: Claimed) -> PredictionRecord | ErrorDetail | None:
        """The answer or the error of a file; None if the service could not try."""
        task = Task(str(claimed.path), "audio", limits_record(self._limits), claimed.max_seconds)
        try:
            return (await self._answering.done(task, self._settings.job_work_seconds, JOB)).record
        except GenrekitError as error:
            if error.kind is NOT_READY:
                return None
            return ErrorDetail(error.kind.code, str(error))

    async def _sweep(self) -> None:
        while True:
            await self._in_thread(self._store.forget_expired)
            await self._changed()
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _changed(self) -> None:
        self._news.set()
        self.states = await self._in_thread(self._store.states)

    async def _in_thread(self, call: Callable[[], _T]) -> _T:
        # A commit waits for the disk; the event loop does not.
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
