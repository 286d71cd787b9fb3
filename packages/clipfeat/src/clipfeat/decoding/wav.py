"""How long a wav file says it is: libsndfile silently takes a truncated file for a shorter one."""

import struct
from typing import BinaryIO

__all__ = ["wav_seconds"]

_MAX_CHUNKS = 64
_UNKNOWN_SIZE = 0xFFFFFFFF


def wav_seconds(file: BinaryIO) -> float:
    """Duration by the sizes in a RIFF header, from the beginning of the file; 0 where it does not say."""
    file.seek(0)
    if file.read(4) != b"RIFF":
        return 0.0
    file.seek(12)
    bytes_per_second = 0
    for _ in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            return size / bytes_per_second if bytes_per_second and size != _UNKNOWN_SIZE else 0.0
        body_start = file.tell()
        if name == b"fmt ":
            bytes_per_second = _byte_rate(file.read(16))
        # Chunks begin at even positions.
        file.seek(body_start + size + size % 2)
    return 0.0


def _byte_rate(body: bytes) -> int:
    """Bytes a second from a format chunk: rate times block size, which libraries set more reliably."""
    if len(body) < 16:
        return 0
    rate, _, block = struct.unpack("<IIH", body[4:14])
    return int(rate * block)
