"""The service as a process: its socket, its signals, and slow clients."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.service.app import Service, create_service
from genrekit.service.logs import set_up_logs
from genrekit.service.patience import impatient_protocol
from genrekit.service.settings import ServiceSettings
from genrekit.service.tracing import make_tracing

_LOG: Final = logging.getLogger(__name__)
_KEEP_ALIVE_SECONDS: Final = 15
# Far above the permits: connections that only ask for health or wait for refusals are cheap, but not free.
_MAX_CONNECTIONS: Final = 1000
_HEADER_BYTES: Final = 32 * 1024
_BACKLOG: Final = 512


def serve(settings: ServiceSettings, state_dir: Path) -> int:
    """Serve until a signal ends it.

    SIGTERM and SIGINT let what is in flight finish; SIGHUP reads the artifact anew.

    Returns:
        Exit status.

    Raises:
        SettingsError: the address is refused or taken, or a file named in the settings makes no sense.
        ArtifactError: the artifact cannot answer the test clip.
    """
    settings.check_exposure()
    tracing = make_tracing(settings.otlp_endpoint)
    set_up_logs(settings.log_level, tracing)
    service = create_service(settings, state_dir, tracing)
    listening = listen(settings.host, settings.port)
    try:
        asyncio.run(_run(service, settings, listening))
    finally:
        listening.close()
        tracing.close()
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        SettingsError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise SettingsError(
            BAD_SETTING, f"address {host}, port {port}", f"cannot be bound: {error.strerror}"
        ) from error


class Server(uvicorn.Server):
    """The web server around the service. From the first signal on, new requests are refused."""

    def __init__(self, service: Service, settings: ServiceSettings) -> None:
        self._service = service
        super().__init__(
            uvicorn.Config(
                service.served,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                http=impatient_protocol(settings.stall_seconds),
                ws="none",
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=round(settings.drain_seconds),
                limit_concurrency=_MAX_CONNECTIONS,
                h11_max_incomplete_event_size=_HEADER_BYTES,
            )
        )

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Refuse new requests from here on; those that are held are finished."""
        self._service.app.state.answering.admission.is_open = False
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Listen to signals without raising them once more at the end: workers are still to be ended in good order."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        if not hasattr(signal, "SIGHUP"):
            # Event loops of Windows take no signal handlers.
            with super().capture_signals():
                yield
            return
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)


async def _run(service: Service, settings: ServiceSettings, listening: socket.socket) -> None:
    async with service.running():
        answering = service.app.state.answering
        reloads: set[asyncio.Task[bool]] = set()

        def reload() -> None:
            task = asyncio.create_task(answering.reload())
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        if hasattr(signal, "SIGHUP"):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
        host, port = listening.getsockname()[:2]
        artifact = answering.pool.ready.model.artifact_id
        _LOG.info("listening", extra={"address": f"{host} {port}", "artifact": artifact, "workers": settings.workers})
        await Server(service, settings).serve(sockets=[listening])
