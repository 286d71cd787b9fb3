"""The duration that a wav header announces."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from encoding import write
from hypothesis import given
from hypothesis import strategies as st

from clipfeat.decoding.wav import wav_seconds


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_header_of_a_whole_file(subtype: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.zeros((11_025, 2), np.float32), 44_100, subtype)
    with path.open("rb") as file:
        assert wav_seconds(file) == pytest.approx(0.25)


def test_other_chunks_are_stepped_over_at_even_positions() -> None:
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 2, 16)
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", 16) + form
    content = b"RIFF\0\0\0\0WAVE" + chunks + b"data" + struct.pack("<I", 32_000)
    assert wav_seconds(io.BytesIO(content)) == 2.0


def test_a_stream_of_unknown_length_announces_nothing() -> None:
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 2, 16)
    content = b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 16) + form + b"data" + b"\xff" * 4
    assert wav_seconds(io.BytesIO(content)) == 0.0


@given(st.binary(max_size=200))
def test_any_bytes_give_a_number(content: bytes) -> None:
    assert wav_seconds(io.BytesIO(content)) >= 0
    assert wav_seconds(io.BytesIO(b"RIFF\0\0\0\0WAVE" + content)) >= 0
