"""The HTTP protocol, impatient with slow clients and patient with refused ones.

The web server itself times only the pauses between requests: a client that sends its head byte by byte would hold
its connection for ever. And it closes a connection as soon as it has answered: a client that is refused while it
still sends would meet a broken connection instead of the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_LINGER_SECONDS: Final = 1.0


class LingeringTransport:
    """A transport that, closed while the client still sends, ends its own side and swallows the rest for a second."""

    def __init__(self, transport: Any, is_sending: Callable[[], bool], loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._is_sending = is_sending
        self._loop = loop
        self.is_lingering = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self.is_lingering or bool(self._transport.is_closing())

    def close(self) -> None:
        """Close, or begin to linger."""
        if self.is_closing() or not self._is_sending() or not self._transport.can_write_eof():
            self._transport.close()
            return
        self.is_lingering = True
        self._transport.write_eof()
        self._transport.resume_reading()
        self._loop.call_later(_LINGER_SECONDS, self._transport.close)


class ImpatientProtocol(H11Protocol):
    """Closes a connection on which no request has begun for so many seconds."""

    head_seconds: ClassVar[float] = 10.0
    _timer: asyncio.TimerHandle | None = None
    _lingering: LingeringTransport

    @property
    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        lingering = LingeringTransport(transport, self._is_sending, self.loop)
        super().connection_made(cast("asyncio.Transport", lingering))
        self._lingering = lingering
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once the head is whole; begin anew with the next one."""
        if self._lingering.is_lingering:
            return
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _is_sending(self) -> bool:
        # Who asks first whether to send (Expect: 100-continue) and is refused sends nothing.
        cycle: Any = self.cycle
        return self.conn.their_state is h11.SEND_BODY and not (cycle and cycle.waiting_for_100_continue)

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
