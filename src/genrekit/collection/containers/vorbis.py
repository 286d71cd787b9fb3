"""FLAC (RFC 9639), and Ogg (RFC 3533) with Vorbis or Opus: all keep their tags in a Vorbis comment."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from genrekit.collection.containers.id3 import read_tag
from genrekit.collection.containers.inventory import Account, DamagedError, file_size, read_exactly

_PADDING: Final = 1
_COMMENT: Final = 4
_LARGEST_HEADER: Final = 256 * 2**20


def read_flac(file: BinaryIO, account: Account) -> None:
    """A FLAC file, perhaps behind an ID3 tag, which nobody edits."""
    end = file_size(file)
    file.seek(0)
    start = read_tag(file, Account())
    account.add_stretch("before the stream", file, 0, start)
    file.seek(start)
    if read_exactly(file, 4, "the header") != b"fLaC":
        raise DamagedError("has no FLAC stream after its ID3 tag")
    last = False
    while not last:
        head = read_exactly(file, 4, "a metadata block")
        last, kind, size = bool(head[0] & 0x80), head[0] & 0x7F, int.from_bytes(head[1:], "big")
        content = read_exactly(file, size, "a metadata block")
        if kind == _COMMENT:
            read_comment(content, account)
        elif kind != _PADDING:
            account.add_field(f"block {kind}", content)
    account.add_stretch("frames", file, file.tell(), end)


def read_ogg_vorbis(file: BinaryIO, account: Account) -> None:
    """An Ogg file whose first stream is Vorbis: identification, comment and set-up headers, then sound."""
    _read_ogg(file, account, headers=3, comment_mark=b"\x03vorbis")


def read_ogg_opus(file: BinaryIO, account: Account) -> None:
    """An Ogg file whose first stream is Opus: identification and comment headers, then sound."""
    _read_ogg(file, account, headers=2, comment_mark=b"OpusTags")


def read_comment(content: bytes, account: Account) -> int:
    """A Vorbis comment: the encoder's name, then ``KEY=value`` in UTF-8; keys are case-insensitive.

    Returns:
        Where it ends in `content`.

    Raises:
        DamagedError: it ends too early, or a comment is no ``KEY=value``.
    """
    vendor, at = _string(content, 0)
    account.add_field("vendor", vendor)
    if at + 4 > len(content):
        raise DamagedError("ends inside the comment header")
    count = struct.unpack_from("<I", content, at)[0]
    at += 4
    for _ in range(count):
        comment, at = _string(content, at)
        key, equals, value = comment.partition(b"=")
        if not equals:
            raise DamagedError("has a comment without a name")
        account.add_field(key.decode("latin-1").upper(), value)
    return at


def _string(content: bytes, at: int) -> tuple[bytes, int]:
    if at + 4 > len(content):
        raise DamagedError("ends inside the comment header")
    size = struct.unpack_from("<I", content, at)[0]
    if at + 4 + size > len(content):
        raise DamagedError("has a comment that reaches beyond its header")
    return content[at + 4 : at + 4 + size], at + 4 + size


@dataclass(frozen=True, slots=True)
class _Page:
    """A page; its number and checksum, which an edit may change, are left out."""

    head: bytes
    serial: int
    lacing: bytes
    body: bytes


def _pages(file: BinaryIO) -> Iterator[_Page]:
    file.seek(0)
    while head := file.read(27):
        if len(head) < 27 or head[:4] != b"OggS":
            raise DamagedError("has bytes between its Ogg pages")
        lacing = read_exactly(file, head[26], "an Ogg page")
        body = read_exactly(file, sum(lacing), "an Ogg page")
        yield _Page(head[4:18], int.from_bytes(head[14:18], "little"), lacing, body)


def _read_ogg(file: BinaryIO, account: Account, *, headers: int, comment_mark: bytes) -> None:
    pages = _pages(file)
    packets, serial = _header_packets(pages, account, headers)
    for number, packet in enumerate(packets):
        if number != 1:
            account.add_sound(f"header {number}", packet)
    if not packets[1].startswith(comment_mark):
        raise DamagedError("has no comment header where it must be")
    content = packets[1][len(comment_mark) :]
    account.add_sound("after the comment", content[read_comment(content, account) :].rstrip(b"\0"))
    for page in pages:
        account.add_sound(f"page {page.serial == serial}", page.head + page.lacing + page.body)


def _header_packets(pages: Iterator[_Page], account: Account, count: int) -> tuple[list[bytes], int]:
    """The first packets of the first stream, which end with a page; pages of other streams count as sound."""
    packets, open_packet, serial = [], bytearray(), -1
    for page in pages:
        serial = page.serial if serial < 0 else serial
        if page.serial != serial:
            account.add_sound("page of another stream", page.head + page.lacing + page.body)
            continue
        at = 0
        for length in page.lacing:
            open_packet += page.body[at : at + length]
            at += length
            if length < 255:
                packets.append(bytes(open_packet))
                open_packet.clear()
        if len(open_packet) > _LARGEST_HEADER:
            break
        if len(packets) >= count and not open_packet:
            break
    if len(packets) != count or open_packet:
        raise DamagedError("has headers that do not end with a page")
    return packets, serial
