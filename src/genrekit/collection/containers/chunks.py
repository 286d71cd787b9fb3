"""WAV and AIFF: chunks in a form. The tags are in an ID3 chunk."""

from __future__ import annotations

import struct
from typing import BinaryIO

from genrekit.collection.containers.id3 import read_tag
from genrekit.collection.containers.inventory import Account, DamagedError, file_size, read_exactly


def read_wav(file: BinaryIO, account: Account) -> None:
    """A RIFF WAVE file."""
    _read_form(file, account, "<I")


def read_aiff(file: BinaryIO, account: Account) -> None:
    """An AIFF or AIFF-C file."""
    _read_form(file, account, ">I")


def _read_form(file: BinaryIO, account: Account, size_format: str) -> None:
    total = file_size(file)
    file.seek(0)
    head = read_exactly(file, 12, "the header")
    end = 8 + struct.unpack(size_format, head[4:8])[0]
    if not 12 <= end <= total:
        raise DamagedError("has a header whose size is not that of the file")
    account.add_sound("form", head[:4] + head[8:])
    at = 12
    while at + 8 <= end:
        file.seek(at)
        head = read_exactly(file, 8, "a chunk's header")
        size = struct.unpack(size_format, head[4:])[0]
        if at + 8 + size > end:
            raise DamagedError("has a chunk that reaches beyond the file")
        _read_chunk(file, account, head[:4], at + 8, size)
        # Chunks begin at even bytes.
        at += 8 + size + size % 2
    account.add_stretch("after the form", file, min(max(at, end), total), total)


def _read_chunk(file: BinaryIO, account: Account, name: bytes, start: int, size: int) -> None:
    if name.lower() != b"id3 ":
        account.add_stretch(name.decode("latin-1"), file, start, start + size)
        return
    file.seek(start)
    if read_tag(file, account) > start + size:
        raise DamagedError("has an ID3 tag that reaches beyond its chunk")
