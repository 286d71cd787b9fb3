"""Watching a folder: what arrives is told when it has stopped growing, never half copied.

By looking, not by the system's notifications: those miss network drives, and overflow when a library arrives.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from genrekit.collection.walk import find_audio
from genrekit.errors import AudioError


class Clock(Protocol):
    """Time, so that tests need not wait."""

    def now(self) -> float:
        """Seconds that only grow."""

    def sleep(self, seconds: float) -> None:
        """Wait [s]."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait [s]."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class _Seen:
    size: int
    mtime_ns: int
    since: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and how long a file must rest.

    Attributes:
        every: seconds from one look to the next.
        rest: seconds during which size and time of a file must not have changed.
    """

    every: float = 5.0
    rest: float = 10.0


def arrivals(
    folders: tuple[Path, ...],
    pace: Pace,
    clock: Clock,
    *,
    until: Callable[[], bool] = lambda: False,
    ignore: Callable[[Path], bool] = lambda _path: False,
) -> Iterator[tuple[Path, ...]]:
    """Files that have arrived or changed and rest now; those that are there at the start arrive first.

    Args:
        folders: to watch, with everything below.
        pace: how often, and how long.
        clock: the time.
        until: asked before each look whether to stop.
        ignore: of a file that rests: whether it is known already.
    """
    waiting: dict[Path, _Seen] = {}
    told: dict[Path, tuple[int, int]] = {}
    while not until():
        present = dict(_look(folders))
        ready = tuple(sorted(_rested(present, waiting, told, clock.now(), pace.rest)))
        for path in ready:
            told[path] = present[path]
        for gone in told.keys() - present.keys():
            del told[gone]
        if fresh := tuple(path for path in ready if not ignore(path)):
            yield fresh
        clock.sleep(pace.every)


def _rested(
    present: dict[Path, tuple[int, int]],
    waiting: dict[Path, _Seen],
    told: dict[Path, tuple[int, int]],
    now: float,
    rest: float,
) -> Iterator[Path]:
    for path in waiting.keys() - present.keys():
        del waiting[path]
    for path, (size, mtime_ns) in present.items():
        if told.get(path) == (size, mtime_ns):
            continue
        seen = waiting.get(path)
        if seen is None or (seen.size, seen.mtime_ns) != (size, mtime_ns):
            waiting[path] = _Seen(size, mtime_ns, now)
        elif now - seen.since >= rest and size:
            del waiting[path]
            yield path


def _look(folders: tuple[Path, ...]) -> Iterator[tuple[Path, tuple[int, int]]]:
    for item in find_audio([folder for folder in folders if folder.is_dir()]):
        if isinstance(item, AudioError):
            continue
        try:
            status = item.stat()
        except OSError:
            continue
        yield item, (status.st_size, status.st_mtime_ns)
