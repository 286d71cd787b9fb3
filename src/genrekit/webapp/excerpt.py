"""A few seconds of a track as sound inside the page."""

from __future__ import annotations

import io
from base64 import b64encode
from pathlib import Path
from typing import Final

import soundfile

import clipfeat
from genrekit.limits import Limits
from genrekit.steps.decode import decode

_RATE: Final = 22_050


def excerpt_address(path: Path, start: float, end: float) -> str:
    """The sound from start to end [s] as a data address: 16-bit FLAC at 22 050 Hz, which every browser plays.

    Raises:
        AudioError: there is no sound to be had from this file.
    """
    sound = decode(path, Limits(), max_seconds=end)
    part = sound.samples[int(start * sound.sample_rate) :]
    file = io.BytesIO()
    soundfile.write(file, clipfeat.resample(part, sound.sample_rate, _RATE), _RATE, format="FLAC", subtype="PCM_16")
    return f"data:audio/flac;base64,{b64encode(file.getvalue()).decode()}"
