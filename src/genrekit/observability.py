"""How genrekit tells what it does, as a protocol; whoever wants to export it implements that elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Observer(Protocol):
    """Is told how long each step of a prediction took."""

    def step(self, name: str, seconds: float) -> None:
        """A step has ended.

        Args:
            name: of the step: ``decode``, ``views``, ``member.NAME`` for each member, or ``combine``.
            seconds: wall time it took [s].
        """


class Unobserved:
    """The observer that does nothing."""

    def step(self, name: str, seconds: float) -> None:
        """Ignore the step."""


@contextmanager
def observed(observer: Observer, name: str) -> Iterator[None]:
    """Tell the observer how long the block took, also when it fails."""
    start = time.perf_counter()
    try:
        yield
    finally:
        observer.step(name, time.perf_counter() - start)
