"""ASF, the container of WMA: objects in a header object, after the specification of revision 01.20."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final
from uuid import UUID

from genrekit.collection.containers.inventory import Account, DamagedError, file_size, read_exactly

HEADER: Final = UUID("75B22630-668E-11CF-A6D9-00AA0062CE6C").bytes_le
_FILE_PROPERTIES: Final = UUID("8CABDCA1-A947-11CF-8EE4-00C00C205365").bytes_le
_DESCRIPTION: Final = UUID("75B22633-668E-11CF-A6D9-00AA0062CE6C").bytes_le
_EXTENDED: Final = UUID("D2D0A440-E307-11D2-97F0-00A0C95EA850").bytes_le
_EXTENSION: Final = UUID("5FBF03B5-A92E-11CF-8EE3-00C00C205365").bytes_le
_METADATA: Final = UUID("C5F8CBEA-5BAF-4877-8467-AA8C44FA4CCA").bytes_le
_LIBRARY: Final = UUID("44231C94-9498-49D1-A141-1D134E457054").bytes_le
_PADDING: Final = UUID("1806D474-CADF-4509-A4BA-9AABCB96AAE8").bytes_le
_LARGEST_HEADER: Final = 256 * 2**20
# The numbers among the types of a value: boolean and integers of 32, 64 and 16 bits.
_NUMBERS: Final = frozenset({2, 3, 4, 5})
_BEFORE_EXTENSION: Final = 46


def read_asf(file: BinaryIO, account: Account) -> None:
    """An ASF file."""
    end = file_size(file)
    file.seek(0)
    head = read_exactly(file, 30, "the header")
    size = int.from_bytes(head[16:24], "little")
    if not 30 <= size <= min(end, _LARGEST_HEADER):
        raise DamagedError("has a header whose size is not that of the file")
    content = read_exactly(file, size - 30, "the header")
    try:
        for name, inner in _objects(content):
            _read_object(account, name, inner)
    except struct.error as error:
        raise DamagedError(f"has a header object that is cut off ({error})") from error
    account.add_stretch("after the header", file, size, end)


def _objects(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at + 16 : at + 24], "little")
        if size < 24 or at + size > len(content):
            raise DamagedError("has an object that reaches beyond its header")
        yield content[at : at + 16], content[at + 24 : at + size]
        at += size


def _read_object(account: Account, name: bytes, content: bytes) -> None:
    if name == _EXTENSION:
        for inner, inner_content in _objects(content[_BEFORE_EXTENSION - 24 :]):
            _read_object(account, inner, inner_content)
    elif name == _DESCRIPTION:
        _read_description(account, content)
    elif name == _EXTENDED:
        _read_extended(account, content)
    elif name in (_METADATA, _LIBRARY):
        _read_metadata(account, content)
    elif name == _FILE_PROPERTIES:
        # The size of the whole file, the second field, changes with any edit.
        account.add_sound(name.hex(), content[:16] + content[24:])
    elif name != _PADDING:
        account.add_sound(name.hex(), content)


def _read_description(account: Account, content: bytes) -> None:
    lengths = struct.unpack_from("<5H", content)
    at = 10
    for key, length in zip(("Title", "Author", "Copyright", "Description", "Rating"), lengths, strict=True):
        _add(account, key, 0, content[at : at + length])
        at += length


def _read_extended(account: Account, content: bytes) -> None:
    at = 2
    for _ in range(struct.unpack_from("<H", content)[0]):
        length = struct.unpack_from("<H", content, at)[0]
        key = _text(content[at + 2 : at + 2 + length])
        at += 2 + length
        kind, size = struct.unpack_from("<HH", content, at)
        _add(account, key, kind, _exactly(content, at + 4, size))
        at += 4 + size


def _read_metadata(account: Account, content: bytes) -> None:
    at = 2
    for _ in range(struct.unpack_from("<H", content)[0]):
        _, stream, length, kind, size = struct.unpack_from("<HHHHI", content, at)
        key = _text(_exactly(content, at + 12, length))
        at += 12 + length
        _add(account, f"stream {stream} {key}" if stream else key, kind, _exactly(content, at, size))
        at += size


def _exactly(content: bytes, at: int, size: int) -> bytes:
    if at + size > len(content):
        raise DamagedError("has an attribute that reaches beyond its object")
    return content[at : at + size]


def _add(account: Account, key: str, kind: int, value: bytes) -> None:
    """A tag, so that another object to keep it in or another width of a number is no change."""
    if kind in _NUMBERS:
        account.add_field(key, str(int.from_bytes(value, "little")).encode())
    elif kind == 0:
        if text := _text(value):
            account.add_field(key, text.encode())
    else:
        account.add_field(key, bytes([kind]) + value)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-16-le").rstrip("\0")
    except UnicodeDecodeError as error:
        raise DamagedError("has a text that is no UTF-16") from error
