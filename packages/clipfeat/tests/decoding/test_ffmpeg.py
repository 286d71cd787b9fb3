"""FFmpeg's sample formats, and what it must not do."""

from pathlib import Path

import av
import numpy as np
import pytest
from encoding import RATE, encode, stereo, write

from clipfeat.audio import decode
from clipfeat.decoding.ffmpeg import _refuse, _values, open_ffmpeg
from clipfeat.decoding.source import open_source
from clipfeat.decoding.stream import CannotRead

MANY = 1 << 30
CHANNELS = np.array([[0.5, -0.5, 0.25, -1.0], [0.0, 0.125, -0.75, 0.5]])


@pytest.mark.parametrize("layout", ["packed", "planar"])
@pytest.mark.parametrize(
    ("name", "dtype", "scale", "offset"),
    [("u8", np.uint8, 128, 128), ("s16", np.int16, 1 << 15, 0), ("s32", np.int32, 1 << 31, 0),
     ("flt", np.float32, 1, 0), ("dbl", np.float64, 1, 0)],
)  # fmt: skip
def test_every_sample_format_is_brought_to_full_scale_one(
    name: str, dtype: type, scale: int, offset: int, layout: str
) -> None:
    values = (CHANNELS * scale + offset).astype(dtype)
    array = values if layout == "planar" else values.T.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(array), name + "p" * (layout == "planar"), "stereo")
    np.testing.assert_array_equal(_values(frame), CHANNELS.T)
    assert _values(frame).dtype == np.float32


@pytest.mark.parametrize("announced", [True, False])
def test_aac_begins_where_the_sound_begins_whether_or_not_its_delay_is_announced(
    tmp_path: Path, announced: bool
) -> None:
    # Raw AAC has no tables to announce anything in.
    path = encode(tmp_path / ("a.m4a" if announced else "a.aac"), stereo(), "aac")
    heard, sound = decode(path).samples, stereo().mean(axis=1)
    likeness = [np.dot(heard[2048 + lag :][:RATE], sound[2048:][:RATE]) for lag in range(-2048, 2049)]
    assert int(np.argmax(likeness)) - 2048 == 0


def test_a_sound_file_opens_no_other() -> None:
    with pytest.raises(PermissionError, match="secret"):
        _refuse("file:secret", 0, {})


def test_a_film_without_sound_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with open_source(path, MANY) as source, pytest.raises(CannotRead, match="no audio"), open_ffmpeg(source):
        pass


def test_tags_in_another_encoding_do_no_harm(tmp_path: Path) -> None:
    content = encode(tmp_path / "a.mp3", stereo(), "libmp3lame").read_bytes()
    body = b"\x03Caf\xe9 \xff\xfe"
    tag = b"TIT2" + len(body).to_bytes(4, "big") + b"\0\0" + body
    header = b"ID3\x03\x00\x00" + bytes([0, 0, 0, len(tag)])
    with open_source(header + tag + content, MANY) as source, open_ffmpeg(source) as decoder:
        assert sum(len(block) for block in decoder.raw_blocks([])) > RATE


def test_its_wav_equals_libsndfiles(tmp_path: Path) -> None:
    samples = stereo()
    path = write(tmp_path / "a.wav", samples, subtype="FLOAT")
    with open_source(path, MANY) as source, open_ffmpeg(source) as decoder:
        blocks = np.concatenate(list(decoder.raw_blocks([])))
    np.testing.assert_allclose(blocks, samples.mean(axis=1), atol=1e-7)
