"""From a sound file, or samples in memory, to a `Waveform`; or one clear error."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import ArrayLike

import clipfeat
from clipfeat import AudioReason
from genrekit import errors
from genrekit.errors import AudioError, ErrorKind
from genrekit.limits import Limits
from genrekit.values import FloatArray, Waveform

Source = str | os.PathLike[str] | bytes | BinaryIO

AUDIO_EXTENSIONS: Final = frozenset(
    ".aac .aif .aifc .aiff .alac .ape .au .caf .flac .m4a .m4b .mka .mp2 .mp3 .mp4 .oga .ogg .opus .snd .w64 .wav "
    ".weba .webm .wma".split()
)
"""Of the files that are looked at below a folder; a file that is named is decoded whatever it is called."""

_KINDS: Final[Mapping[AudioReason, ErrorKind]] = MappingProxyType(
    {
        AudioReason.MISSING: errors.MISSING,
        AudioReason.UNREADABLE: errors.UNREADABLE,
        AudioReason.EMPTY: errors.EMPTY,
        AudioReason.NOT_AUDIO: errors.NOT_AUDIO,
        AudioReason.CORRUPT: errors.CORRUPT,
        AudioReason.TOO_SHORT: errors.TOO_SHORT,
        AudioReason.SILENT: errors.SILENT,
        AudioReason.TOO_LONG: errors.TOO_LONG,
        AudioReason.TOO_LARGE: errors.TOO_LARGE,
        AudioReason.TOO_MANY_CHANNELS: errors.TOO_MANY_CHANNELS,
        AudioReason.NOT_FINITE: errors.NOT_FINITE,
        AudioReason.TIME_LIMIT: errors.TIME_LIMIT,
        AudioReason.BAD_SAMPLES: errors.BAD_SAMPLES,
    }
)


def decode(source: Source, limits: Limits, *, max_seconds: float | None = None) -> Waveform:
    """Decode a sound file of any format to one channel at its native rate.

    Args:
        source: path, bytes, or binary file object.
        limits: what is accepted.
        max_seconds: hear only the beginning [s]; None hears the whole.

    Raises:
        AudioError: there is no answer to be had from this file; the message names it and the reason.
    """
    subject = source_name(source)
    bounds = clipfeat.DecodeLimits(
        max_seconds=limits.max_seconds,
        max_channels=limits.max_channels,
        max_bytes=limits.max_bytes,
        wall_seconds=limits.decode_seconds,
        stop_after=max_seconds,
    )
    try:
        audio = clipfeat.decode(source, limits=bounds)
    except clipfeat.AudioError as error:
        raise AudioError(_KINDS[error.reason], subject, error.detail) from error
    return _audible(Waveform(audio.samples, audio.sample_rate, audio.warnings), subject, limits)


def from_samples(samples: ArrayLike, sample_rate: int, limits: Limits) -> Waveform:
    """Take samples that are already in memory.

    Args:
        samples: numbers of shape (n_samples,) or (n_samples, n_channels), full scale at 1.
        sample_rate: [Hz].
        limits: what is accepted.

    Raises:
        AudioError: the shape, type or rate makes no sense, or there is no answer to be had.
    """
    subject = "samples"
    try:
        array = np.asarray(samples, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise AudioError(errors.BAD_SAMPLES, subject, "are not numbers in a rectangular array") from error
    if array.ndim not in (1, 2):
        raise AudioError(errors.BAD_SAMPLES, subject, f"must have the shape (n,) or (n, channels), not {array.shape}")
    if not 1 <= sample_rate <= 1_000_000:
        raise AudioError(errors.BAD_SAMPLES, subject, f"a sample rate of {sample_rate} Hz makes no sense")
    if array.ndim == 2 and array.shape[1] > limits.max_channels:
        raise AudioError(errors.TOO_MANY_CHANNELS, subject, f"have {array.shape[1]} channels")
    if len(array) > limits.max_seconds * sample_rate:
        raise AudioError(errors.TOO_LONG, subject, f"are longer than {limits.max_seconds:g} s")
    mono = array if array.ndim == 1 else array.mean(axis=1, dtype=np.float32)
    return _audible(Waveform(np.ascontiguousarray(mono), sample_rate), subject, limits)


def source_name(source: Source) -> str:
    """What to call a source in a message: its path, or what it is."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) and name else "audio"


def _audible(waveform: Waveform, subject: str, limits: Limits) -> Waveform:
    samples = waveform.samples
    if not len(samples):
        raise AudioError(errors.EMPTY, subject, "holds no sound")
    # A sum is finite only if all its terms are; that costs no array of flags.
    if not np.isfinite(np.sum(samples, dtype=np.float64)):
        raise AudioError(errors.NOT_FINITE, subject, "includes samples that are NaN or infinite")
    if waveform.duration < limits.min_seconds:
        reason = f"lasts {waveform.duration:.2f} s; at least {limits.min_seconds:g} s are needed"
        raise AudioError(errors.TOO_SHORT, subject, reason)
    if level_dbfs(samples) < limits.silence_dbfs:
        raise AudioError(errors.SILENT, subject, f"is silent (below {limits.silence_dbfs:g} dB of full scale)")
    return waveform


def level_dbfs(samples: FloatArray) -> float:
    """Root mean square of the samples [dB re full scale]; minus infinity for silence."""
    power = float(np.dot(samples, samples)) / len(samples)
    return 10 * float(np.log10(power)) if power > 0 else -np.inf


def is_path(source: Source) -> bool:
    """Whether the source is a path, and not sound already in memory."""
    return isinstance(source, (str, Path, os.PathLike))
