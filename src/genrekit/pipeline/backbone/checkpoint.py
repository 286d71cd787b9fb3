"""Reader of TensorFlow checkpoints of format 2, with NumPy alone.

A checkpoint is an index (a LevelDB table from variable name to a BundleEntry message) and a file of raw
little-endian tensors. Every checksum of both is verified. Formats: LevelDB's table_format.md, and
tensor_bundle.proto of TensorFlow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from struct import unpack_from

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0xDB4775248B80FB57
_FOOTER_BYTES = 48
_TRAILER_BYTES = 5
_DTYPE_FLOAT32 = 1
_CASTAGNOLI = 0x82F63B78
# Kind of a protobuf field by its wire type.
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class CheckpointError(ValueError):
    """The checkpoint is damaged or of a form that this reader does not know; the sentence says where."""


@dataclass(frozen=True)
class Entry:
    """Where one float32 tensor lies in the data file, and the masked CRC-32C of its bytes."""

    shape: tuple[int, ...]
    offset: int
    size: int
    checksum: int


@cache
def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (_CASTAGNOLI if value & 1 else 0)
        table.append(value)
    return tuple(table)


def masked_crc32c(data: bytes) -> int:
    """Return the Castagnoli checksum of `data` in LevelDB's masked form (rotated right by 15, plus 0xa282ead8)."""
    table = _crc_table()
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the value that begins at `at` and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at


def _block(index: bytes, offset: int, size: int) -> bytes:
    kind, checksum = unpack_from("<BI", index, offset + size)
    if kind != 0:
        raise CheckpointError(f"index block at byte {offset} is compressed (type {kind}); only plain blocks are read")
    if masked_crc32c(index[offset : offset + size + 1]) != checksum:
        raise CheckpointError(f"index block at byte {offset} is damaged: its checksum does not match")
    return index[offset : offset + size]


def _records(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield a block's keys and values; a key is stored as what differs from the key before it."""
    (restarts,) = unpack_from("<I", block, len(block) - 4)
    end = len(block) - 4 - 4 * restarts
    at = 0
    key = b""
    while at < end:
        shared, at = _varint(block, at)
        unshared, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + unshared]
        at += unshared
        yield key, block[at : at + length]
        at += length


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the (number, value) pairs of a protobuf message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
        elif wire == _BYTES:
            length, at = _varint(message, at)
            yield number, message[at : at + length]
            at += length
        elif wire == _FIXED32:
            yield number, unpack_from("<I", message, at)[0]
            at += 4
        elif wire == _FIXED64:
            yield number, unpack_from("<Q", message, at)[0]
            at += 8
        else:
            raise CheckpointError(f"unknown protobuf wire type {wire} in the index")


def _shape(message: bytes) -> tuple[int, ...]:
    dims = [value for number, value in _fields(message) if number == 2 and isinstance(value, bytes)]
    # A size of zero is left out of the message, so it is the default.
    return tuple(next((int(v) for n, v in _fields(dim) if n == 1 and isinstance(v, int)), 0) for dim in dims)


def _entry(name: str, message: bytes) -> Entry:
    fields = dict(_fields(message))
    if fields.get(1) != _DTYPE_FLOAT32:
        raise CheckpointError(f"variable {name} has data type {fields.get(1)!r}; only float32 is read")
    shape = fields.get(2, b"")
    numbers = [fields.get(number, 0) for number in (4, 5, 6)]
    if not isinstance(shape, bytes) or not all(isinstance(number, int) for number in numbers):
        raise CheckpointError(f"variable {name} has a malformed index entry")
    offset, size, checksum = (int(number) for number in numbers)
    return Entry(_shape(shape), offset, size, checksum)


def read_index(index: bytes) -> dict[str, Entry]:
    """Return every variable's entry by name. Raises `CheckpointError` for damage or an unknown form."""
    if len(index) < _FOOTER_BYTES or unpack_from("<Q", index, len(index) - 8)[0] != _MAGIC:
        raise CheckpointError("the index is not a LevelDB table: its last eight bytes are not the table's mark")
    footer = index[-_FOOTER_BYTES:]
    at = 0
    for _ in range(2):  # the handle of the meta index, which is empty here
        _, at = _varint(footer, at)
    offset, at = _varint(footer, at)
    size, at = _varint(footer, at)
    entries: dict[str, Entry] = {}
    for _, handle in _records(_block(index, offset, size)):
        start, after = _varint(handle, 0)
        length, _ = _varint(handle, after)
        for key, message in _records(_block(index, start, length)):
            if key:  # the empty key holds the header of the bundle
                entries[key.decode()] = _entry(key.decode(), message)
    return entries


def _is_training_state(name: str) -> bool:
    return "/Adam" in name or name in ("beta1_power", "beta2_power")


def read_checkpoint(index: bytes, data: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the model's variables by name, float32 in their own shapes, without the optimiser's slots.

    Raises `CheckpointError` when either file is damaged.
    """
    variables: dict[str, NDArray[np.float32]] = {}
    for name, entry in read_index(index).items():
        if _is_training_state(name):
            continue
        raw = data[entry.offset : entry.offset + entry.size]
        if len(raw) != entry.size or masked_crc32c(raw) != entry.checksum:
            raise CheckpointError(f"variable {name} is damaged: its checksum does not match")
        variables[name] = np.frombuffer(raw, "<f4").reshape(entry.shape)
    return variables
