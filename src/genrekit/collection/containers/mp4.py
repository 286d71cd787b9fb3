"""MP4 (ISO/IEC 14496-12): boxes in boxes. The tags are the items of ``moov/udta/meta/ilst``.

An edit moves the sound; boxes that point to it hold offsets. Each is compared by what it points to.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from genrekit.collection.containers.inventory import Account, DamagedError, file_size, read_exactly

_CONTAINERS: Final = frozenset(b"moov trak mdia minf stbl udta moof traf edts dinf mvex".split())
_PADDING: Final = frozenset({b"free", b"skip"})
_INTEGERS: Final = frozenset("tmpo cpil pgap pcst stik hdvd rtng shwm plID cnID geID atID sfID cmID akID".split())
_PAIRS: Final = frozenset({"trkn", "disk"})
_LARGEST_LEAF: Final = 256 * 2**20


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int
    content: int
    end: int


def read_mp4(file: BinaryIO, account: Account) -> None:
    """An MP4 file.

    Raises:
        DamagedError: boxes do not fit into each other, or an index of fragments holds places that would move.
    """
    top = list(_boxes(file, 0, file_size(file)))
    if any(box.name == b"mfra" for box in top):
        raise DamagedError("is in fragments with an index that an edit would make wrong")
    sound = [(box.content, box.end) for box in top if box.name == b"mdat"]
    for box in top:
        if box.name == b"mdat":
            account.add_stretch("mdat", file, box.content, box.end)
        elif box.name not in _PADDING:
            _read_box(file, account, box, b"", sound)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[_Box]:
    while end - start >= 8:
        file.seek(start)
        size, name = struct.unpack(">I4s", read_exactly(file, 8, "a box's header"))
        content = start + 8
        if size == 1:
            size = struct.unpack(">Q", read_exactly(file, 8, "a box's header"))[0]
            content += 8
        if size == 0:
            size = end - start
        if start + size > end or start + size < content:
            raise DamagedError(f"has a box {name.decode('latin-1')!r} that reaches beyond what holds it")
        yield _Box(name, start, content, start + size)
        start += size
    file.seek(start)
    # QuickTime closes ``udta`` with four zero bytes.
    if read_exactly(file, end - start, "a box").strip(b"\0"):
        raise DamagedError("has bytes between its boxes")


def _read_box(file: BinaryIO, account: Account, box: _Box, path: bytes, sound: list[tuple[int, int]]) -> None:
    path = path + b"/" + box.name
    if path == b"/moov/udta/meta":
        _read_meta(file, account, box)
    elif box.name in _CONTAINERS:
        for inner in _boxes(file, box.content, box.end):
            if inner.name not in _PADDING:
                _read_box(file, account, inner, path, sound)
    elif box.name in (b"stco", b"co64"):
        account.add_sound(path.decode("latin-1"), _relative(_content(file, box), box.name, sound))
    else:
        account.add_stretch(path.decode("latin-1"), file, box.content, box.end)


def _content(file: BinaryIO, box: _Box) -> bytes:
    if box.end - box.content > _LARGEST_LEAF:
        raise DamagedError(f"has a box {box.name.decode('latin-1')!r} larger than 256 MiB")
    file.seek(box.content)
    return read_exactly(file, box.end - box.content, "a box")


def _relative(content: bytes, name: bytes, sound: list[tuple[int, int]]) -> bytes:
    """A table of offsets into the file, each as the number of the sound box and the place in it."""
    letter, width = ("I", 4) if name == b"stco" else ("Q", 8)
    if len(content) < 8 or len(content) < 8 + width * struct.unpack_from(">I", content, 4)[0]:
        raise DamagedError("has a table of offsets that is cut off")
    count = struct.unpack_from(">I", content, 4)[0]
    return b"".join(_place(offset, sound) for offset in struct.unpack_from(f">{count}{letter}", content, 8))


def _place(offset: int, sound: list[tuple[int, int]]) -> bytes:
    for number, (start, end) in enumerate(sound):
        if start <= offset < end:
            return struct.pack(">IQ", number, offset - start)
    # It points to no sound; such a table is wrong already, and any change of it counts.
    return struct.pack(">iQ", -1, offset)


def _read_meta(file: BinaryIO, account: Account, box: _Box) -> None:
    for inner in _boxes(file, box.content + 4, box.end):
        if inner.name == b"ilst":
            for item in _boxes(file, inner.content, inner.end):
                _read_item(file, account, item)
        elif inner.name not in _PADDING and inner.name != b"hdlr":
            account.add_field(f"meta {inner.name.decode('latin-1')}", _content(file, inner))


def _read_item(file: BinaryIO, account: Account, item: _Box) -> None:
    name = item.name.decode("latin-1")
    labels = []
    for part in _boxes(file, item.content, item.end):
        content = _content(file, part)
        if part.name in (b"mean", b"name"):
            labels.append(content[4:].decode("utf-8", "backslashreplace"))
        elif part.name == b"data":
            account.add_field(":".join([name, *labels]), _value(name, content))
        else:
            account.add_field(f"{name} {part.name.decode('latin-1')}", content)


def _value(name: str, content: bytes) -> bytes:
    """An item's value, so that another width of the same number is no change."""
    kind, value = content[:4], content[8:]
    if name in _PAIRS:
        return value[:6]
    if name in _INTEGERS or kind == b"\0\0\0\x15":
        return str(int.from_bytes(value, "big", signed=True)).encode()
    return kind + value
