"""From a body to an answer: admission, upload, cache, pool; and the artifact that answers, exchanged while serving."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from starlette.requests import ClientDisconnect, Request

from genrekit.errors import NOT_READY, OVERLOADED, GenrekitError, ServiceError
from genrekit.limits import Limits
from genrekit.service.admission import Admission, refusal
from genrekit.service.cache import AnswerCache, CacheKey
from genrekit.service.drift import Drift
from genrekit.service.logs import CURRENT
from genrekit.service.messages import Done, Task
from genrekit.service.metrics import Metrics
from genrekit.service.pool import Pool, raise_failure
from genrekit.service.settings import ServiceSettings
from genrekit.service.spool import Upload, removed_afterwards
from genrekit.service.uploads import BodyLimits
from genrekit.wire import PredictionRecord

_LOG: Final = logging.getLogger(__name__)
_T = TypeVar("_T")

Form = Literal["audio", "samples", "legacy"]
PoolMaker = Callable[[Path | None], Awaitable[Pool]]
Receiver = Callable[[Request, Path, BodyLimits, list[Upload]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and the name under which the client sent the sound."""

    record: PredictionRecord
    name: str


class Answering:
    """Everything between a request's body and its answer."""

    def __init__(self, settings: ServiceSettings, metrics: Metrics, make_pool: PoolMaker, folder: Path) -> None:
        self.settings = settings
        self.metrics = metrics
        self.folder = folder
        self.admission = Admission(settings.capacity, settings.workers)
        self.drift = Drift(None)
        self._cache = AnswerCache(settings.cache_entries)
        self._make_pool = make_pool
        self._pool: Pool | None = None
        self._reloading = asyncio.Lock()
        self._limits = settings.limits(settings.max_seconds, settings.work_seconds)

    @property
    def pool(self) -> Pool:
        """Who answers.

        Raises:
            ServiceError: nobody yet, or no longer.
        """
        if self._pool is None:
            raise refusal(ServiceError(NOT_READY, "service", "is starting or stopping"), self.admission.retry_after)
        return self._pool

    @property
    def is_ready(self) -> bool:
        """Whether a request sent now would be taken."""
        return self._pool is not None and self._pool.alive > 0 and self.admission.is_open

    @property
    def waiting(self) -> int:
        """Tasks that no worker has taken yet."""
        return self._pool.waiting if self._pool is not None else 0

    @property
    def alive(self) -> int:
        """Workers that can answer."""
        return self._pool.alive if self._pool is not None else 0

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the worker processes."""
        return self._pool.pids if self._pool is not None else ()

    def artifact_info(self) -> dict[str, float]:
        """1 by the id of the artifact that answers."""
        return {self._pool.ready.model.artifact_id: 1.0} if self.alive and self._pool is not None else {}

    async def start(self) -> None:
        """Get the workers ready.

        Raises:
            ArtifactError: the artifact cannot answer the test clip.
        """
        self._take_over(await self._make_pool(self.settings.artifact))

    async def reload(self) -> bool:
        """Read the artifact anew. It takes over once all its workers have passed their test; else the old one stays.

        Returns:
            Whether it took over.
        """
        async with self._reloading:
            old = self.pool
            try:
                new = await self._make_pool(self.settings.artifact)
            except GenrekitError as error:
                self.metrics.reloads.labels("refused").inc()
                _LOG.error("reload_refused", extra={"code": error.kind.code})
                return False
            previous = old.ready.model.artifact_id
            self._take_over(new)
            self.metrics.reloads.labels("ok").inc()
            _LOG.info("reloaded", extra={"artifact": new.ready.model.artifact_id, "previous_artifact": previous})
            await old.close(self.settings.job_work_seconds)
            return True

    async def close(self) -> None:
        """Finish what is in work, and end the workers."""
        self.admission.is_open = False
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close(self.settings.drain_seconds)

    async def answer(self, request: Request, receive: Receiver, form: Form, max_seconds: float | None) -> Heard:
        """Answer a request under one permit, from its body to its answer.

        Args:
            request: whose body nobody has touched.
            receive: takes the body.
            form: of the body.
            max_seconds: hear only the beginning [s].

        Raises:
            AudioError: the file has no answer.
            ServiceError: the request is refused.
            ClientDisconnect: the client has gone.
        """
        begun = asyncio.get_running_loop().time()
        settings = self.settings
        most = settings.upload_bytes if form == "audio" else settings.samples_bytes
        body = BodyLimits(most, 1, settings.body_seconds, settings.stall_seconds)
        with self.admission.permit(), removed_afterwards() as kept:
            await receive(request, self.folder, body, kept)
            [upload] = kept
            _note_size(upload.size)
            work = self._in_time(upload, form, max_seconds, begun + settings.request_seconds)
            return Heard(await unless_gone(request, work), upload.name)

    async def done(self, task: Task, seconds: float, priority: int) -> Done:
        """Have a task answered by the pool, and count what comes of it.

        Raises:
            AudioError: the file has no answer.
            ServiceError: the body is not of its form.
        """
        done = raise_failure(await self.pool.run(task, seconds, priority))
        context = CURRENT.get()
        for name, end, duration in done.steps:
            self.metrics.stages.labels(name).observe(duration)
            if context is not None:
                context.trace.stage(name, end, duration)
        self.drift.add(done.features)
        self.metrics.count_answer(done.record)
        return done

    async def _in_time(
        self, upload: Upload, form: Form, max_seconds: float | None, deadline: float
    ) -> PredictionRecord:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._known_or_new(upload, form, max_seconds)
        except TimeoutError:
            error = ServiceError(OVERLOADED, "service", "no worker was free in the time that a request may take")
            raise refusal(error, self.admission.retry_after) from None

    async def _known_or_new(self, upload: Upload, form: Form, max_seconds: float | None) -> PredictionRecord:
        key = CacheKey(upload.sha256, form, max_seconds, self.pool.ready.model.artifact_id)
        known = self._cache.find(key)
        self.metrics.cache.labels("miss" if known is None else "hit").inc()
        if known is not None:
            self.metrics.count_answer(known)
            return known
        begun = time.monotonic()
        task = Task(str(upload.path), form, limits_record(self._limits), max_seconds)
        done = await self.done(task, self.settings.work_seconds, priority=0)
        self.admission.took(time.monotonic() - begun)
        self._cache.keep(dataclasses.replace(key, artifact_id=done.record.artifact_id), done.record)
        return done.record

    def _take_over(self, pool: Pool) -> None:
        ready = pool.ready
        self._pool = pool
        self.drift = Drift(ready.summary)
        self.metrics.introduce(ready)


def limits_record(limits: Limits) -> dict[str, float]:
    """Limits as a message carries them."""
    return {name: getattr(limits, name) for name in Limits.__dataclass_fields__}


async def unless_gone(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """The result of the work, which is dropped when the client hangs up.

    Raises:
        ClientDisconnect: the client has gone.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        working.cancel()
        leaving.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _note_size(size: int) -> None:
    context = CURRENT.get()
    if context is not None:
        context.received = size
