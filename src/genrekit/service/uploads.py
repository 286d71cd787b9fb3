"""Bodies of requests: counted and timed before any parser sees them, and written to files of our own naming."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import python_multipart
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from genrekit.errors import BODY_TIMEOUT, BODY_TOO_LARGE, MALFORMED, UNSUPPORTED_TYPE, ServiceError
from genrekit.service.spool import Parts, Upload, Writer

_PART_HEADERS: Final = 8
_PART_HEADER_BYTES: Final = 4096
_AUDIO_TYPES: Final = ("audio/", "video/", "application/ogg", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What a body may cost: bytes in all, files in it, and seconds until it is here and between its pieces [s]."""

    bytes: int
    files: int
    seconds: float
    stall_seconds: float


async def receive_audio(request: Request, folder: Path, limits: BodyLimits, kept: list[Upload]) -> None:
    """Take the file, or files, of a request: multipart/form-data, or one body of an audio type.

    Args:
        request: whose body nobody has touched.
        folder: where the files go.
        limits: of the body.
        kept: gets each file as soon as it is begun, so that none is left behind.

    Raises:
        ServiceError: too large, too slow, of another type, or malformed.
    """
    content_type, options = parse_options_header(request.headers.get("content-type", ""))
    if content_type == b"multipart/form-data":
        await _receive_parts(request, folder, limits, kept, options.get(b"boundary", b""))
    elif content_type.decode("latin-1").startswith(_AUDIO_TYPES):
        await receive_body(request, folder, limits, kept)
    else:
        shown = content_type.decode("latin-1")[:80] or "nothing"
        raise ServiceError(UNSUPPORTED_TYPE, "Content-Type", f"is {shown!a}, not multipart/form-data or an audio type")


async def receive_json(request: Request, folder: Path, limits: BodyLimits, kept: list[Upload]) -> None:
    """Take a JSON body, unparsed.

    Raises:
        ServiceError: too large, too slow, or of another type.
    """
    content_type, _ = parse_options_header(request.headers.get("content-type", ""))
    if content_type != b"application/json":
        raise ServiceError(UNSUPPORTED_TYPE, "Content-Type", "must be application/json here")
    await receive_body(request, folder, limits, kept)


async def receive_body(request: Request, folder: Path, limits: BodyLimits, kept: list[Upload]) -> None:
    """Write the whole body to one file.

    Raises:
        ServiceError: too large, or too slow.
    """
    writer = Writer(folder, "body", kept)
    with writer:
        async for chunk in counted_chunks(request, limits):
            writer.write(chunk)


async def counted_chunks(request: Request, limits: BodyLimits) -> AsyncIterator[bytes]:
    """The body as it arrives.

    Raises:
        ServiceError: more bytes than allowed, or slower than allowed.
        ClientDisconnect: the client has gone.
    """
    _check_announced(request, limits.bytes)
    received = 0
    stream = request.stream()
    deadline = asyncio.get_running_loop().time() + limits.seconds
    while True:
        try:
            now = asyncio.get_running_loop().time()
            async with asyncio.timeout_at(min(deadline, now + limits.stall_seconds)):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ServiceError(BODY_TIMEOUT, "body", f"{received} bytes had arrived when the time was up") from None
        received += len(chunk)
        if received > limits.bytes:
            raise _too_large(limits.bytes)
        yield chunk


def _check_announced(request: Request, limit: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> ServiceError:
    return ServiceError(BODY_TOO_LARGE, "body", f"has more than {limit} bytes")


async def _receive_parts(
    request: Request, folder: Path, limits: BodyLimits, kept: list[Upload], boundary: bytes
) -> None:
    if not boundary:
        raise ServiceError(MALFORMED, "Content-Type", "names no boundary")
    parts = Parts(folder, limits.files, kept)
    try:
        parser = python_multipart.MultipartParser(
            boundary, parts.callbacks(), max_header_count=_PART_HEADERS, max_header_size=_PART_HEADER_BYTES
        )
        async for chunk in counted_chunks(request, limits):
            parser.write(chunk)
        parser.finalize()
    except (MultipartParseError, python_multipart.exceptions.FormParserError) as error:
        raise ServiceError(MALFORMED, "body", f"is no multipart/form-data: {str(error)[:200]}") from error
    finally:
        parts.close()
    if not parts.ended:
        raise ServiceError(MALFORMED, "body", "ends before its closing boundary")
    if not kept:
        raise ServiceError(MALFORMED, "body", "holds no file")
