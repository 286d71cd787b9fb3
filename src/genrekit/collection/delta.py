"""How to get a file's old bytes back from its new ones: what a journal keeps for undoing.

An edit of tags leaves nearly all bytes as they are, but moves them. The old file is described as a list of
stretches that stand in the new one at the same distance from its start or from its end, and of bytes that do not.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

_BLOCK: Final = 2**18
# A shorter run of equal bytes costs more to describe than to keep.
_SHORTEST_COPY: Final = 32
_COPY, _KEEP = b"c", b"k"

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of the old file, and where it stands in the new one; -1 if nowhere."""

    start: int
    end: int
    source: int


def make_delta(old: BinaryIO, new: BinaryIO) -> bytes:
    """What is needed, besides the new file, to write the old one. Memory does not grow with the files' size."""
    size, new_size = old.seek(0, 2), new.seek(0, 2)
    split = _split(old, new, size, new_size)
    kept, commands = bytearray(), bytearray()
    for run in _joined(_runs(old, new, size, new_size - size, split)):
        if run.source >= 0:
            commands += _COPY + struct.pack("<QQ", run.source, run.end - run.start)
        else:
            old.seek(run.start)
            kept += old.read(run.end - run.start)
            commands += _KEEP + struct.pack("<QQ", 0, run.end - run.start)
    return zlib.compress(struct.pack("<Q", len(commands)) + commands + kept)


def apply_delta(delta: bytes, new: BinaryIO, old: BinaryIO) -> None:
    """Write the old file.

    Args:
        delta: of `make_delta`.
        new: the new file, to read.
        old: is filled.

    Raises:
        ValueError: this is no delta, or not of this file.
    """
    try:
        content = zlib.decompress(delta)
        (length,) = struct.unpack_from("<Q", content)
        commands, at = content[8 : 8 + length], 8 + length
        for start in range(0, length, 17):
            source, size = struct.unpack_from("<QQ", commands, start + 1)
            if commands[start : start + 1] == _COPY:
                _copy(new, source, size, old)
            else:
                old.write(content[at : at + size])
                at += size
    except (zlib.error, struct.error) as error:
        raise ValueError(f"the kept bytes are damaged ({error})") from error


def _copy(new: BinaryIO, source: int, size: int, old: BinaryIO) -> None:
    new.seek(source)
    while size:
        block = new.read(min(_BLOCK, size))
        if not block:
            raise ValueError("the file is shorter than the kept bytes say")
        old.write(block)
        size -= len(block)


def _split(old: BinaryIO, new: BinaryIO, size: int, new_size: int) -> int:
    """Up to where the old file is best compared from the start, and from where on from the end."""
    gain, best, best_gain = 0, 0, 0
    for start in range(0, size, _BLOCK):
        end = min(start + _BLOCK, size)
        from_start = _equal(old, new, start, end, start)
        from_end = _equal(old, new, start, end, start + new_size - size)
        steps = gain + np.cumsum(from_start.astype(np.int64) - from_end.astype(np.int64))
        highest = int(np.argmax(steps))
        if steps[highest] > best_gain:
            best, best_gain = start + highest + 1, int(steps[highest])
        gain = int(steps[-1])
    return best


def _equal(old: BinaryIO, new: BinaryIO, start: int, end: int, source: int) -> _Flags:
    """Which bytes of a stretch of the old file stand in the new one, from `source` on."""
    old.seek(start)
    ours = np.frombuffer(old.read(end - start), np.uint8)
    before = max(0, -source)
    new.seek(max(0, source))
    theirs = np.frombuffer(new.read(max(0, end - start - before)), np.uint8)
    equal = np.zeros(len(ours), np.bool_)
    overlap = slice(before, before + len(theirs))
    equal[overlap] = ours[overlap] == theirs
    return equal


def _runs(old: BinaryIO, new: BinaryIO, size: int, shift: int, split: int) -> Iterator[_Run]:
    for first, last, offset in ((0, split, 0), (split, size, shift)):
        for start in range(first, last, _BLOCK):
            end = min(start + _BLOCK, last)
            equal = _equal(old, new, start, end, start + offset)
            edges = [0, *(np.flatnonzero(np.diff(equal)) + 1).tolist(), len(equal)]
            for begin, stop in pairwise(edges):
                copied = equal[begin] and stop - begin >= _SHORTEST_COPY
                yield _Run(start + begin, start + stop, start + begin + offset if copied else -1)


def _joined(runs: Iterator[_Run]) -> Iterator[_Run]:
    """Neighbouring runs of the same kind and offset as one."""
    for offset, group in groupby(runs, key=lambda run: run.source - run.start if run.source >= 0 else None):
        members = list(group)
        start, end = members[0].start, members[-1].end
        yield _Run(start, end, -1 if offset is None else start + offset)
