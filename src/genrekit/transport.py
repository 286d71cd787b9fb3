"""One exchange with the service over HTTP: a request out, a record or an error back."""

from __future__ import annotations

import http.client
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from genrekit.errors import (
    ERROR_TABLE,
    MISSING,
    UNEXPECTED_ANSWER,
    UNREADABLE,
    AudioError,
    ErrorKind,
    GenrekitError,
    ServiceError,
)
from genrekit.wire import Problem

_T = TypeVar("_T")
_BLOCK_BYTES: Final = 64 * 1024
_KINDS: Final[Mapping[str, ErrorKind]] = {kind.code: kind for kind in ERROR_TABLE}


class FormBody:
    """Files as a multipart form, read while they are sent."""

    def __init__(self, files: Sequence[Path], field: str) -> None:
        self._boundary = uuid.uuid4().hex
        self._files = files
        self._heads = [self._head(path, field) for path in files]
        self._tail = f"--{self._boundary}--\r\n".encode()
        self._size = sum(map(_size_of, files))

    def headers(self) -> dict[str, str]:
        """Type and length."""
        length = sum(len(head) + 2 for head in self._heads) + self._size + len(self._tail)
        return {"Content-Type": f"multipart/form-data; boundary={self._boundary}", "Content-Length": str(length)}

    def __iter__(self) -> Iterator[bytes]:
        for head, path in zip(self._heads, self._files, strict=True):
            yield head
            with path.open("rb") as file:
                while block := file.read(_BLOCK_BYTES):
                    yield block
            yield b"\r\n"
        yield self._tail

    def _head(self, path: Path, field: str) -> bytes:
        name = path.name.replace('"', "_").encode("utf-8", "replace").decode().replace("\r", "_").replace("\n", "_")
        disposition = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
        return f"--{self._boundary}\r\n{disposition}\r\n\r\n".encode()


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        url: of the service.
        method: of HTTP.
        target: path and query below the address.
        headers: to send.
        body: to send.
        timeout: for each step of the exchange [s].
    """

    url: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | FormBody | None
    timeout: float


def exchange(call: Call, record: type[_T]) -> _T:
    """Send a request and read its answer as a record.

    Raises:
        AudioError: the service found no answer in the sound.
        ServiceError: the service refused, or what answered is no such service.
    """
    parts = urllib.parse.urlsplit(call.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(str(parts.hostname), parts.port, timeout=call.timeout)
    try:
        _send(connection, parts.path.rstrip("/") + call.target, call)
        response = connection.getresponse()
        return _read(response.status, response.headers.get("Retry-After"), response.read(), record)
    except (OSError, http.client.HTTPException) as error:
        raise ServiceError(UNEXPECTED_ANSWER, call.url, f"gave no answer ({type(error).__name__})") from error
    finally:
        connection.close()


def _size_of(path: Path) -> int:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise AudioError(MISSING, str(path), "does not exist") from error
    except OSError as error:
        raise AudioError(UNREADABLE, str(path), f"cannot be read ({error.strerror})") from error
    if not path.is_file():
        raise AudioError(UNREADABLE, str(path), "is no ordinary file")
    return size


def _send(connection: http.client.HTTPConnection, target: str, call: Call) -> None:
    headers = dict(call.headers)
    if isinstance(call.body, FormBody):
        headers |= call.body.headers()
    try:
        connection.request(call.method, target, call.body, headers)
    except (BrokenPipeError, ConnectionResetError):
        # The service may have refused before it had read everything; its answer is worth reading.
        if connection.sock is None:
            raise


def _read(status: int, retry_after: str | None, body: bytes, record: type[_T]) -> _T:
    try:
        if status < 400:
            return msgspec.json.decode(body, type=record)
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError as error:
        raise ServiceError(UNEXPECTED_ANSWER, "answer", f"of status {status} is not of this service") from error
    raise _error(problem, retry_after)


def _error(problem: Problem, retry_after: str | None) -> GenrekitError:
    """The error that the service met, as if it had been met here."""
    kind = _KINDS.get(problem.code, UNEXPECTED_ANSWER)
    subject, _, reason = problem.detail.partition(": ")
    if kind.code.startswith("GK1"):
        return AudioError(kind, subject, reason)
    error = ServiceError(kind, subject, reason)
    error.retry_after = int(retry_after) if retry_after and retry_after.isdigit() else None
    return error
