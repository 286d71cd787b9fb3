"""The reader of checkpoints, on checkpoints written here."""

from __future__ import annotations

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrekit.pipeline.backbone.checkpoint import CheckpointError, masked_crc32c, read_checkpoint, read_index

MAGIC = pack("<Q", 0xDB4775248B80FB57)


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def entry(shape: tuple[int, ...], offset: int, raw: bytes, dtype: int = 1) -> bytes:
    """A BundleEntry as TensorFlow writes it: a zero is left out."""
    dims = b"".join(field(2, field(1, size)) for size in shape)
    message = field(1, dtype) + field(2, dims)
    if offset:
        message += field(4, offset)
    return message + field(5, len(raw)) + varint(6 << 3 | 5) + pack("<I", masked_crc32c(raw))


def block(records: list[tuple[bytes, bytes]]) -> bytes:
    """Records with shared prefixes, one restart, and the trailer."""
    body = bytearray()
    before = b""
    for key, value in records:
        shared = 0
        while shared < min(len(key), len(before)) and key[shared] == before[shared]:
            shared += 1
        body += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    body += pack("<II", 0, 1) + b"\0"
    return bytes(body) + pack("<I", masked_crc32c(bytes(body)))


def table(records: list[tuple[bytes, bytes]]) -> bytes:
    data = block([(b"", b"\x08\x01"), *records])
    meta = block([])
    handle = varint(0) + varint(len(data) - 5)
    index = block([(b"\xff", handle)])
    start = len(data) + len(meta)
    footer = varint(len(data)) + varint(len(meta) - 5) + varint(start) + varint(len(index) - 5)
    return data + meta + index + footer.ljust(40, b"\0") + MAGIC


def written(tensors: dict[str, np.ndarray]) -> tuple[bytes, bytes]:
    data = b""
    records = []
    for name in sorted(tensors):
        raw = tensors[name].astype("<f4").tobytes()
        records.append((name.encode(), entry(tensors[name].shape, len(data), raw)))
        data += raw
    return table(records), data


TENSORS = {
    "conv2d/bias": np.arange(3.0),
    "conv2d/kernel": np.arange(24.0).reshape(2, 3, 1, 4),
    "conv2d/kernel/Adam": np.ones((2, 3, 1, 4)),
    "conv2d/kernel/Adam_1": np.ones((2, 3, 1, 4)),
    "beta1_power": np.array(0.9),
    "scale": np.array(7.0),
}


def test_variables_come_back_in_their_shapes_without_the_optimisers_slots() -> None:
    variables = read_checkpoint(*written(TENSORS))
    assert sorted(variables) == ["conv2d/bias", "conv2d/kernel", "scale"]
    for name, values in variables.items():
        np.testing.assert_array_equal(values, TENSORS[name])
        assert values.dtype == np.float32


def test_the_index_lists_everything() -> None:
    entries = read_index(written(TENSORS)[0])
    assert sorted(entries) == sorted(TENSORS)
    assert entries["beta1_power"].shape == ()
    assert entries["beta1_power"].offset == 0


@pytest.mark.parametrize(
    ("data", "checksum"),
    # RFC 3720, B.4, and the check value of the algorithm; masked as LevelDB does.
    [(bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43), (b"123456789", 0xE3069283)],
)
def test_checksum_is_castagnoli_s(data: bytes, checksum: int) -> None:
    assert masked_crc32c(data) == ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


@given(place=st.integers(0), bit=st.integers(0, 7))
def test_no_changed_bit_of_the_data_goes_unseen(place: int, bit: int) -> None:
    index, data = written({"a": np.arange(5.0), "b": np.arange(7.0)})
    damaged = bytearray(data)
    damaged[place % len(data)] ^= 1 << bit
    with pytest.raises(CheckpointError, match=r"variable (a|b) is damaged"):
        read_checkpoint(index, bytes(damaged))


def test_a_changed_index_is_refused() -> None:
    index, data = written(TENSORS)
    damaged = bytearray(index)
    damaged[10] ^= 1
    with pytest.raises(CheckpointError, match="index block at byte 0 is damaged"):
        read_checkpoint(bytes(damaged), data)


def test_short_data_is_refused() -> None:
    index, data = written(TENSORS)
    with pytest.raises(CheckpointError, match="scale is damaged"):
        read_checkpoint(index, data[:-1])


@pytest.mark.parametrize("index", [b"", b"short", bytes(200)])
def test_what_is_no_table_is_refused(index: bytes) -> None:
    with pytest.raises(CheckpointError, match="not a LevelDB table"):
        read_index(index)


def test_a_compressed_block_is_refused() -> None:
    index = bytearray(written(TENSORS)[0])
    # The empty meta block lies behind the data block's type and checksum.
    index[index.index(block([])) - 5] = 1
    with pytest.raises(CheckpointError, match="compressed"):
        read_index(bytes(index))


def test_other_data_types_are_refused() -> None:
    index = table([(b"counter", entry((), 0, bytes(8), dtype=9))])
    with pytest.raises(CheckpointError, match="counter has data type 9"):
        read_index(index)
