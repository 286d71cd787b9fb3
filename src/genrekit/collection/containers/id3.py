"""ID3v2 tags, after the informal standards id3v2.3.0 and id3v2.4.0; and the mp3 files that begin with one."""

from __future__ import annotations

import re
import struct
import zlib
from typing import BinaryIO, Final

from genrekit.collection.containers.inventory import Account, DamagedError, file_size, read_exactly

HEADER_SIZE: Final = 10
_ENCODINGS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_FRAME_ID: Final = re.compile(rb"[A-Z][A-Z0-9]{3}")
# Frames of text in a language: encoding, three letters, then texts.
_IN_LANGUAGE: Final = frozenset({"COMM", "USLT"})
_LARGEST_TAG: Final = 256 * 2**20


def read_mp3(file: BinaryIO, account: Account) -> None:
    """An mp3 file: perhaps an ID3v2 tag, then everything else, ID3v1 and APE tags included, which nobody edits."""
    end = file_size(file)
    file.seek(0)
    start = read_tag(file, account)
    account.add_stretch("after the tag", file, start, end)


def read_tag(file: BinaryIO, account: Account) -> int:
    """The ID3v2 tag at the file's position, if there is one.

    Returns:
        Where it ends [bytes from the start of the file].

    Raises:
        DamagedError: it cannot be read, or is of a version that cannot be written.
    """
    start = file.tell()
    header = file.read(HEADER_SIZE)
    if len(header) < HEADER_SIZE or header[:3] != b"ID3":
        return start
    version, flags = header[3], header[5]
    if version not in (3, 4):
        raise DamagedError(f"has a tag of version ID3v2.{version}, which cannot be written without loss")
    size = unsynchsafe(header[6:10])
    if size > _LARGEST_TAG:
        raise DamagedError("has an ID3 tag that claims to be larger than 256 MiB")
    data = read_exactly(file, size, "the ID3 tag")
    account.version = version
    for key, content in _fields(data, version, flags):
        account.add_field(key, content)
    return start + HEADER_SIZE + size + (HEADER_SIZE if version == 4 and flags & 0x10 else 0)


def unsynchsafe(data: bytes) -> int:
    """Four bytes of which seven bits each count.

    Raises:
        DamagedError: an eighth bit is set, or bytes are missing.
    """
    if len(data) < 4 or any(byte & 0x80 for byte in data):
        raise DamagedError("has an ID3 tag with an impossible size")
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3]


def _fields(data: bytes, version: int, flags: int) -> list[tuple[str, bytes]]:
    if version == 3 and flags & 0x80:
        data = _synchronised(data)
    body = data[_extended_header_size(data, version) if flags & 0x40 else 0 :]
    if version == 3:
        return _frames(body, version, plain_sizes=True)
    try:
        return _frames(body, version, plain_sizes=False)
    except DamagedError:
        # Some programs wrote ID3v2.4 frames with the sizes of ID3v2.3.
        return _frames(body, version, plain_sizes=True)


def _extended_header_size(data: bytes, version: int) -> int:
    if len(data) < 4:
        raise DamagedError("ends inside the extended header of the ID3 tag")
    return int(struct.unpack(">I", data[:4])[0]) + 4 if version == 3 else unsynchsafe(data[:4])


def _frames(body: bytes, version: int, *, plain_sizes: bool) -> list[tuple[str, bytes]]:
    fields, at = [], 0
    while at + HEADER_SIZE <= len(body) and body[at]:
        name, flags = body[at : at + 4], struct.unpack(">H", body[at + 8 : at + 10])[0]
        if not _FRAME_ID.fullmatch(name):
            raise DamagedError("has something in its ID3 tag that is no frame")
        raw = body[at + 4 : at + 8]
        size = struct.unpack(">I", raw)[0] if plain_sizes else unsynchsafe(raw)
        content = body[at + HEADER_SIZE : at + HEADER_SIZE + size]
        if len(content) < size:
            raise DamagedError(f"has a frame {name.decode()} that reaches beyond its ID3 tag")
        fields.append(_field(name.decode(), _unwrapped(content, flags, version)))
        at += HEADER_SIZE + size
    if body[at:].strip(b"\0"):
        raise DamagedError("has bytes after the last frame of its ID3 tag that are no padding")
    return fields


def _unwrapped(content: bytes, flags: int, version: int) -> bytes:
    """A frame's content without its transport: unsynchronisation and compression."""
    compressed, opaque, sized, unsynchronised = (
        (flags & 0x80, flags & 0x60, flags & 0x80, 0)
        if version == 3
        else (flags & 0x08, flags & 0x44, flags & 0x01, flags & 0x02)
    )
    if opaque:
        # Encrypted or grouped: only byte for byte comparable.
        return content
    content = content[4:] if sized else content
    content = _synchronised(content) if unsynchronised else content
    try:
        return zlib.decompress(content) if compressed else content
    except zlib.error as error:
        raise DamagedError(f"has a compressed frame that cannot be read ({error})") from error


def _synchronised(data: bytes) -> bytes:
    return data.replace(b"\xff\x00", b"\xff")


def _field(name: str, content: bytes) -> tuple[str, bytes]:
    """Key and content, so that a change of text encoding alone is no change."""
    if name == "TXXX":
        description, *values = _texts(content)
        return f"TXXX:{description}", "\0".join(values).encode()
    if name.startswith("T"):
        return name, "\0".join(_texts(content)).encode()
    if name in _IN_LANGUAGE and len(content) >= 4:
        return f"{name}:{content[1:4].decode('latin-1')}", "\0".join(_texts(content[:1] + content[4:])).encode()
    if name == "APIC":
        return name, _picture(content)
    return name, content.rstrip(b"\0") if name.startswith("W") and name != "WXXX" else content


def _texts(content: bytes) -> list[str]:
    if not content or content[0] >= len(_ENCODINGS):
        raise DamagedError("has a text in its ID3 tag in no known encoding")
    encoding = _ENCODINGS[content[0]]
    try:
        # A byte order mark stands before each text of a list, not only before the first.
        parts = [_without_mark(part) for part in _decoded(content[1:], encoding).split("\0")]
    except UnicodeDecodeError as error:
        raise DamagedError(f"has a text in its ID3 tag that is no {encoding}") from error
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


def _decoded(data: bytes, encoding: str) -> str:
    if encoding != "utf-16":
        return data.decode(encoding)
    # A last odd byte is a terminator cut in half, which many programs wrote.
    data = data[: len(data) // 2 * 2]
    return data.decode("utf-16-be" if data[:2] == b"\xfe\xff" else "utf-16-le")


def _without_mark(text: str) -> str:
    return text.removeprefix("\ufeff")


def _picture(content: bytes) -> bytes:
    """Kind, media type and image: the description's encoding may change."""
    mime, _, rest = content[1:].partition(b"\0")
    if not rest or content[0] >= len(_ENCODINGS):
        raise DamagedError("has a picture in its ID3 tag that cannot be read")
    wide = content[0] in (1, 2)
    at = 1
    while at < len(rest) and any(rest[at : at + (2 if wide else 1)]):
        at += 2 if wide else 1
    description = _texts(content[:1] + rest[1:at])[0] if at > 1 else ""
    image = rest[at + (2 if wide else 1) :]
    return b"\0".join([mime, rest[:1], description.encode()]) + b"\0" + image
