"""Admission: one permit from a request's body to its answer, taken atomically or refused at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from genrekit.errors import NOT_READY, OVERLOADED, ServiceError

_MAX_RETRY_AFTER = 30


class Admission:
    """The permits. All of it runs on the event loop: between test and taking nobody else gets a turn.

    Attributes:
        capacity: permits there are.
        held: permits taken.
        is_open: whether new requests are taken at all.
    """

    def __init__(self, capacity: int, workers: int) -> None:
        self.capacity = capacity
        self.held = 0
        self.is_open = True
        self._workers = workers
        self._seconds = 1.0

    @contextmanager
    def permit(self) -> Iterator[None]:
        """Hold a permit; leaving the block in whatever way frees it.

        Raises:
            ServiceError: all are taken, or the service is stopping.
        """
        if not self.is_open:
            raise refusal(ServiceError(NOT_READY, "service", "is stopping"), self.retry_after)
        if self.held >= self.capacity:
            raise refusal(ServiceError(OVERLOADED, "service", f"holds {self.held} requests already"), self.retry_after)
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1

    def took(self, seconds: float) -> None:
        """Learn how long a worker takes for a request [s], as a running mean."""
        self._seconds += 0.1 * (seconds - self._seconds)

    @property
    def retry_after(self) -> int:
        """In how many seconds a permit will probably be free: what is held, by the time it takes [s]."""
        return max(1, min(_MAX_RETRY_AFTER, math.ceil(self.held * self._seconds / self._workers)))


def refusal(error: ServiceError, retry_after: int) -> ServiceError:
    """The error, to be told with a Retry-After [s]."""
    error.retry_after = retry_after
    return error
