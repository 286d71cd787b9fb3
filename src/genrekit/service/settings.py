"""Every setting of the service, in one frozen object; each may be set by an environment variable."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.limits import Limits

PREFIX: Final = "GENREKIT_"
_MIB: Final = 2**20


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator decides. ``GENREKIT_PORT=9000`` in the environment sets ``port``, and so on.

    Attributes:
        host: address to bind to.
        port: to bind to; 0 takes any free one.
        allow_open: bind to an address that others reach, without keys.
        artifact: folder of the artifact; the one that ships if None.
        state_dir: where accepted jobs live; they survive a restart with the same folder.
        keys_file: lines ``NAME:SHA256`` made by ``genrekit api-key``; without it no key is asked for.
        quota_per_minute: requests that one client may send a minute; 0 sets no quota.
        cors_origins: origins whose pages may call the service, separated by commas.
        workers: processes that decode and predict.
        queue: requests that may wait beyond those in work; more are refused at once.
        upload_bytes: largest body of one prediction [bytes].
        samples_bytes: largest JSON body [bytes]; a number in it costs ten times its size in memory.
        job_bytes: largest body of one job [bytes].
        job_files: most files of one job.
        job_backlog: most files of all jobs that wait or run.
        job_keep_seconds: how long the results of a finished job are kept [s].
        max_seconds: longest sound that is decoded for a prediction [s].
        job_max_seconds: the same for a file of a job [s].
        body_seconds: in which a body must have arrived [s].
        stall_seconds: longest pause within a body, and longest wait for a request's header [s].
        request_seconds: from a request's admission to its answer [s].
        work_seconds: that a worker may spend on one file before it is killed [s].
        job_work_seconds: the same for a file of a job [s].
        worker_bytes: address space of one worker [bytes]; what needs more is refused. 0 sets no bound.
        cache_entries: answers that are remembered by content.
        drain_seconds: that a stopping service waits for requests in flight [s].
        otlp_endpoint: of an OpenTelemetry collector (OTLP over HTTP); nothing is exported without.
        log_level: of what is logged on stderr.

    Raises:
        SettingsError: a value makes no sense.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    allow_open: bool = False
    artifact: Path | None = None
    state_dir: Path | None = None
    keys_file: Path | None = None
    quota_per_minute: int = 0
    cors_origins: str = ""
    workers: int = 2
    queue: int = 16
    upload_bytes: int = 64 * _MIB
    samples_bytes: int = 32 * _MIB
    job_bytes: int = 256 * _MIB
    job_files: int = 100
    job_backlog: int = 1000
    job_keep_seconds: float = 86_400.0
    max_seconds: float = 900.0
    job_max_seconds: float = 3600.0
    body_seconds: float = 30.0
    stall_seconds: float = 10.0
    request_seconds: float = 60.0
    work_seconds: float = 30.0
    job_work_seconds: float = 600.0
    worker_bytes: int = 3 * 2**30
    cache_entries: int = 1024
    drain_seconds: float = 30.0
    otlp_endpoint: str = ""
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        for name in _POSITIVE:
            if not getattr(self, name) > 0:
                raise SettingsError(BAD_SETTING, name, f"must be above 0, got {getattr(self, name)}")
        for name in _NOT_NEGATIVE:
            if getattr(self, name) < 0:
                raise SettingsError(BAD_SETTING, name, f"must not be below 0, got {getattr(self, name)}")
        if self.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise SettingsError(
                BAD_SETTING, "log_level", f"must be DEBUG, INFO, WARNING or ERROR, got {self.log_level}"
            )

    @property
    def capacity(self) -> int:
        """Requests that are held at once: in work, or waiting."""
        return self.workers + self.queue

    def limits(self, max_seconds: float, work_seconds: float) -> Limits:
        """What is accepted from a file."""
        # Decoders look at the clock themselves; the kill after `work_seconds` is for those that hang.
        return Limits(
            max_seconds=max_seconds,
            max_bytes=max(self.upload_bytes, self.job_bytes),
            decode_seconds=0.8 * work_seconds,
        )

    def check_exposure(self) -> None:
        """Refuse to serve strangers by accident.

        Raises:
            SettingsError: others can reach the address, and neither keys nor `allow_open` are set.
        """
        if self.keys_file is None and not self.allow_open and not _is_loopback(self.host):
            reason = "can be reached by others: set --keys FILE, or say --allow-open if that is what you want"
            raise SettingsError(BAD_SETTING, f"host {self.host}", reason)


_POSITIVE: Final = (
    "workers", "upload_bytes", "samples_bytes", "job_bytes", "job_files", "job_backlog", "job_keep_seconds",
    "max_seconds", "job_max_seconds", "body_seconds", "stall_seconds", "request_seconds", "work_seconds",
    "job_work_seconds", "drain_seconds",
)  # fmt: skip
_NOT_NEGATIVE: Final = ("port", "queue", "quota_per_minute", "cache_entries", "worker_bytes")


def read_settings(environment: Mapping[str, str], **given: object) -> ServiceSettings:
    """Settings from the environment; those `given`, unless None, win.

    Raises:
        SettingsError: a variable of our prefix names no setting, or a value makes no sense.
    """
    names = {PREFIX + name.upper(): name for name in ServiceSettings.__struct_fields__}
    values: dict[str, object] = {names[key]: value for key, value in environment.items() if key in names}
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        return msgspec.convert(values, ServiceSettings, strict=False, dec_hook=_decoded)
    except msgspec.ValidationError as error:
        raise SettingsError(BAD_SETTING, "settings", str(error)) from error


def default_state_dir(environment: Mapping[str, str]) -> Path:
    """Where a user's programs keep their state, by the XDG base directory specification."""
    root = environment.get("XDG_STATE_HOME")
    return (Path(root) if root else Path.home() / ".local" / "state") / "genrekit" / "service"


def _decoded(target: type, value: object) -> object:
    if target is Path and isinstance(value, (str, os.PathLike)):
        return Path(value)
    raise NotImplementedError


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
