"""A track under changes that its genre should not hang on: noise, a later start, a low bit rate."""

from __future__ import annotations

import uuid
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

import clipfeat
from genrekit.errors import BAD_SETTING, TOO_SHORT, AudioError, SettingsError
from genrekit.values import FloatArray, Waveform
from genrekit.webapp.asking import hear

_MP3_RATE: Final = 44_100
# libmp3lame's range at that rate [kbit/s], onto which libsndfile maps compression levels from 1 to 0.
_MP3_LOWEST, _MP3_HIGHEST = 32.0, 320.0
_SEED: Final = 0


class Change(StrEnum):
    """What is done to a track, as the page names it."""

    NOISE = "add noise"
    SHIFT = "start later"
    MP3 = "encode as mp3"


# What the amount means, and its lowest, highest and first value.
AMOUNTS: Final = {
    Change.NOISE: ("Signal over noise [dB]", 0.0, 40.0, 15.0),
    Change.SHIFT: ("Seconds left out at the start", 0.5, 20.0, 5.0),
    Change.MP3: ("Bit rate [kbit/s]", 32.0, 320.0, 48.0),
}


def altered(path: Path, change: Change, amount: float, folder: Path) -> Path:
    """Write a changed copy of a track.

    Args:
        path: of the track.
        change: what is done to it.
        amount: as `AMOUNTS` says.
        folder: where the copy goes, under a name that nobody else has.

    Raises:
        AudioError: the track cannot be read, or nothing is left of it.
        SettingsError: the amount is out of range.
    """
    name, lowest, highest, _ = AMOUNTS[change]
    if not lowest <= amount <= highest:
        raise SettingsError(BAD_SETTING, name, f"must lie between {lowest:g} and {highest:g}, got {amount:g}")
    sound = hear(path)
    copy = folder / f"{uuid.uuid4().hex}{'.mp3' if change is Change.MP3 else '.wav'}"
    if change is Change.MP3:
        _write_mp3(copy, sound, amount)
    else:
        samples = with_noise(sound.samples, amount) if change is Change.NOISE else _later(path, sound, amount)
        soundfile.write(copy, samples, sound.sample_rate, subtype="FLOAT")
    return copy


def with_noise(samples: FloatArray, decibels: float) -> FloatArray:
    """White noise added, so many decibels below the samples' power; the same noise every time."""
    noise = np.random.default_rng(_SEED).normal(size=len(samples)).astype(np.float32)
    level = np.sqrt(np.mean(np.square(samples), dtype=np.float64)) * 10 ** (-decibels / 20)
    return np.asarray(samples + np.float32(level) * noise)


def _later(path: Path, sound: Waveform, seconds: float) -> FloatArray:
    if seconds >= sound.duration:
        raise AudioError(
            TOO_SHORT, str(path), f"lasts {sound.duration:.1f} s; leaving out {seconds:g} s leaves nothing"
        )
    return sound.samples[round(seconds * sound.sample_rate) :]


def _write_mp3(copy: Path, sound: Waveform, bit_rate: float) -> None:
    # The level of exactly 1 is refused by some versions of libsndfile; what is next to it means the same bit rate.
    level = min((_MP3_HIGHEST - bit_rate) / (_MP3_HIGHEST - _MP3_LOWEST), 0.999)
    samples = clipfeat.resample(sound.samples, sound.sample_rate, _MP3_RATE)
    soundfile.write(copy, samples, _MP3_RATE, format="MP3", bitrate_mode="CONSTANT", compression_level=level)
