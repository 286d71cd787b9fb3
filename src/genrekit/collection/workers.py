"""Worker processes that can be killed: a decoder that hangs or dies costs its file, not the run."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final, Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

# A worker works on one thing at a time; threads inside would only fight over the cores.
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# How long the preparation of a worker may take [s]: reading an artifact from a slow drive.
_START_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The time limit was over; the process was killed."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Died:
    """The process ended by itself; negative status: of that signal."""

    status: int | None


@dataclass(slots=True)
class _Worker(Generic[Q]):
    process: BaseProcess
    connection: Connection
    question: Q | None = None
    deadline: float = 0.0
    ready: bool = False


class WorkerPool(Generic[Q, A]):
    """Asks questions of several processes at once.

    Args:
        make: is called once in each process, and returns what answers questions; picklable.
        size: how many processes.
        seconds: wall time that one question may take [s].
    """

    def __init__(self, make: Callable[[], Callable[[Q], A]], size: int, seconds: float) -> None:
        self._make = make
        self._size = size
        self._seconds = seconds
        self._workers: list[_Worker[Q]] = []

    def ask(self, questions: Iterator[Q]) -> Iterator[tuple[Q, A | TimedOut | Died]]:
        """Answers as they come, in no order. A question is taken only when a process is free for it.

        Raises:
            RuntimeError: processes end before they can answer anything.
        """
        try:
            left = self._hand_out(questions)
            while left or any(worker.question is not None for worker in self._workers):
                replies = list(self._collect())
                # First this, so that no process waits while its last answer is written down.
                left = left and self._hand_out(questions)
                yield from replies
        finally:
            self._close()

    def _hand_out(self, questions: Iterator[Q]) -> bool:
        """Give every free process a question; False when there are no more."""
        while self._has_room():
            question = next(questions, None)
            if question is None:
                return False
            worker = self._free()
            worker.question = question
            worker.deadline = time.monotonic() + (self._seconds if worker.ready else _START_SECONDS)
            with suppress(OSError):
                # A process that has just died is noticed when its answer is awaited.
                worker.connection.send(question)
        return True

    def _has_room(self) -> bool:
        return len(self._workers) < self._size or any(worker.question is None for worker in self._workers)

    def _free(self) -> _Worker[Q]:
        for worker in self._workers:
            if worker.question is None:
                return worker
        self._workers.append(_start(self._make))
        return self._workers[-1]

    def _collect(self) -> Iterator[tuple[Q, A | TimedOut | Died]]:
        """The answers that are there, after at least one event."""
        busy = [worker for worker in self._workers if worker.question is not None]
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        events = wait([worker.connection for worker in busy], timeout=patience)
        now = time.monotonic()
        for worker in busy:
            question = worker.question
            if question is None:
                continue
            if worker.connection in events and not worker.ready:
                self._welcome(worker)
            elif worker.connection in events:
                yield question, self._received(worker)
            elif now >= worker.deadline:
                yield question, self._overdue(worker)

    def _welcome(self, worker: _Worker[Q]) -> None:
        """Hear whether a process is ready; the time of its first question begins now."""
        try:
            trouble = worker.connection.recv()
        except (EOFError, OSError) as error:
            worker.process.join(timeout=5)
            raise RuntimeError(f"a worker ended at its start, with status {worker.process.exitcode}") from error
        if trouble is not None:
            raise trouble
        worker.ready = True
        worker.deadline = time.monotonic() + self._seconds

    def _overdue(self, worker: _Worker[Q]) -> TimedOut:
        if not worker.ready:
            raise RuntimeError(f"a worker was not ready after {_START_SECONDS:g} s")
        self._remove(worker)
        return TimedOut(self._seconds)

    def _received(self, worker: _Worker[Q]) -> A | Died:
        try:
            answer: A = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(timeout=5)
            status = worker.process.exitcode
            self._remove(worker)
            return Died(status)
        worker.question = None
        return answer

    def _remove(self, worker: _Worker[Q]) -> None:
        self._workers.remove(worker)
        _end(worker)

    def _close(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            _end(worker)
        self._workers.clear()


def _end(worker: _Worker[Any]) -> None:
    worker.process.kill()
    worker.process.join()
    worker.connection.close()
    worker.process.close()


def _start(make: Callable[[], Callable[[Any], Any]]) -> _Worker[Any]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, make), daemon=True)
    kept = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        process.start()
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    theirs.close()
    return _Worker(process, ours)


def _serve(connection: Connection, make: Callable[[], Callable[[Any], Any]]) -> None:
    """The life of a worker process; it ends when its parent closes the pipe or dies."""
    # An interruption from the keyboard goes to the whole group; the parent decides what follows.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Decoders in C print notes there, in the middle of the parent's progress.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        answer = make()
    except Exception as error:  # noqa: BLE001 - is raised in the parent
        connection.send(error)
        return
    connection.send(None)
    with suppress(EOFError, OSError):
        while True:
            connection.send(answer(connection.recv()))
