"""Sound files of every format, written into a test's own folder."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray
from signals import music

RATE = 44_100

# Name to libsndfile's subtype.
LOSSLESS = {
    "s16.wav": "PCM_16",
    "s24.wav": "PCM_24",
    "s32.wav": "PCM_32",
    "f32.wav": "FLOAT",
    "f64.wav": "DOUBLE",
    "s16.flac": "PCM_16",
    "s24.flac": "PCM_24",
    "s16.aiff": "PCM_16",
    "s16.au": "PCM_16",
    "s16.caf": "PCM_16",
    "s16.w64": "PCM_16",
}
# Name to FFmpeg's encoder and rate.
LOSSY = {
    "a.mp3": ("libmp3lame", RATE),
    "a.m4a": ("aac", RATE),
    "a.opus": ("libopus", 48_000),
    "a.webm": ("libopus", 48_000),
    "a.wma": ("wmav2", RATE),
}
FFMPEG_LOSSLESS = {"alac.m4a": "alac", "a.wv": "wavpack", "flac.mka": "flac"}


def stereo(seconds: float = 2.0, rate: int = RATE) -> NDArray[np.float32]:
    """Music (n, 2) whose channels differ."""
    left = music(seconds, rate)
    return np.stack([left, 0.5 * np.roll(left, 50)], axis=1)


def write(path: Path, samples: NDArray[np.float32], rate: int = RATE, subtype: str = "PCM_16") -> Path:
    """By libsndfile."""
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def encode(path: Path, samples: NDArray[np.float32], encoder: str, rate: int = RATE) -> Path:
    """By FFmpeg, from samples (n, 2) at `rate`."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
    frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=rate, layout="stereo")
        if encoder not in ("alac", "wavpack", "flac"):
            stream.bit_rate = 192_000
        if encoder == "wavpack":
            # Its first choice is 8 bits.
            stream.codec_context.format = "s16p"
        resampler = av.AudioResampler(
            stream.codec_context.format, "stereo", rate, frame_size=stream.codec_context.frame_size or 1024
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def damaged(content: bytes) -> bytes:
    """The content with a hole: a sixteenth of it, from the middle on, is noise."""
    start, length = len(content) // 2, len(content) // 16
    return content[:start] + np.random.RandomState(0).bytes(length) + content[start + length :]
