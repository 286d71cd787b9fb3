"""Through a lossy codec and back."""

from __future__ import annotations

import io
from typing import Final

import av
import numpy as np

import clipfeat
from genrekit.values import Waveform

_BLOCK: Final = 4096


def mp3(waveform: Waveform, _: np.random.Generator, kilobits: float) -> Waveform:
    """As a stereo MP3 at 44.1 kHz of this bit rate [kbit/s]; both channels are the same."""
    return _through(waveform, 44_100, "stereo", kilobits)


def mono_mp3(waveform: Waveform, _: np.random.Generator, kilobits: float) -> Waveform:
    """As a mono MP3 at 22.05 kHz of this bit rate [kbit/s]: speech quality."""
    return _through(waveform, 22_050, "mono", kilobits)


def _through(waveform: Waveform, sample_rate: int, layout: str, kilobits: float) -> Waveform:
    samples = clipfeat.resample(waveform.samples, waveform.sample_rate, sample_rate)
    channels = np.ascontiguousarray(np.tile(samples, (1 if layout == "mono" else 2, 1)))
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=sample_rate)
        stream.layout = layout
        stream.bit_rate = round(1000 * kilobits)
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=sample_rate)
        for start in range(0, channels.shape[1], _BLOCK):
            block = np.ascontiguousarray(channels[:, start : start + _BLOCK])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate = sample_rate
            for converted in resampler.resample(frame):
                container.mux(stream.encode(converted))
        for converted in resampler.resample(None):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    audio = clipfeat.decode(buffer.getvalue())
    return Waveform(audio.samples, audio.sample_rate)
