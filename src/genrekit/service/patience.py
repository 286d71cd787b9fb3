"""The HTTP protocol with a limit on how long a connection may take to send a request's head.

The web server itself times only the pauses between requests: a client that sends its head byte by byte would hold
its connection for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class ImpatientProtocol(H11Protocol):
    """Closes a connection on which no request has begun for so many seconds."""

    head_seconds: ClassVar[float] = 10.0
    _timer: asyncio.TimerHandle | None = None

    @property
    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once the head is whole; begin anew with the next one."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._is_answering:
            self._stop()
        elif self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self._is_answering:
            self.transport.close()


def impatient_protocol(seconds: float) -> type[ImpatientProtocol]:
    """The protocol with a limit [s]."""
    return type("ImpatientProtocol", (ImpatientProtocol,), {"head_seconds": seconds})
