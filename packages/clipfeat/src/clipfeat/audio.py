"""Sound files to mono samples, under limits, whatever the format."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipfeat.decoding.choice import opened_decoder, recovered_blocks
from clipfeat.decoding.source import OpenSource, Source, open_source
from clipfeat.decoding.stream import AudioStream, DecodeLimits, within_limits
from clipfeat.errors import AudioError, AudioReason
from clipfeat.resample import resample

__all__ = ["Audio", "AudioStream", "DecodeLimits", "Source", "decode", "load", "open_audio"]


@dataclass(frozen=True, eq=False, slots=True)
class Audio:
    """Decoded sound.

    Attributes:
        samples: float32 (n,), the mean of all channels, full scale at 1.
        sample_rate: the file's own [Hz].
        channels: how many were mixed.
        warnings: sentences on what could not be decoded.
    """

    samples: NDArray[np.float32]
    sample_rate: int
    channels: int
    warnings: tuple[str, ...]


def decode(source: Source, *, limits: DecodeLimits = DecodeLimits()) -> Audio:  # noqa: B008  (frozen)
    """Decode a path, bytes or a binary file object to one channel at its own rate.

    Damaged files give what can be decoded, and a warning that says how much is lost. Memory: the result and
    one block.

    Raises:
        AudioError: names the file and the reason.
    """
    collected = bytearray()
    with open_source(source, limits.max_bytes) as opened, _opened_stream(opened, limits) as stream:
        for block in stream.blocks:
            collected += block.tobytes()
        if not collected:
            raise _nothing_heard(opened, stream)
    samples = np.frombuffer(collected, np.float32)
    return Audio(samples, stream.sample_rate, stream.channels, tuple(stream.warnings))


def load(
    source: Source,
    *,
    sample_rate: int = 22050,
    limits: DecodeLimits = DecodeLimits(),  # noqa: B008  (frozen)
) -> NDArray[np.float32]:
    """Decode and resample to `sample_rate`: float32 (n,). Raises AudioError, ConfigError."""
    audio = decode(source, limits=limits)
    return resample(audio.samples, audio.sample_rate, sample_rate)


@contextmanager
def open_audio(
    source: Source,
    *,
    limits: DecodeLimits = DecodeLimits(),  # noqa: B008  (frozen)
) -> Iterator[AudioStream]:
    """The same as a stream of mono blocks, for sound too long to be held. Raises AudioError, also while reading."""
    with open_source(source, limits.max_bytes) as opened, _opened_stream(opened, limits) as stream:
        yield stream


@contextmanager
def _opened_stream(source: OpenSource, limits: DecodeLimits) -> Iterator[AudioStream]:
    with opened_decoder(source) as decoder:
        if decoder.channels > limits.max_channels:
            detail = f"has {decoder.channels} channels; at most {limits.max_channels} are mixed"
            raise source.error(AudioReason.TOO_MANY_CHANNELS, detail)
        warnings: list[str] = []
        blocks = within_limits(source, recovered_blocks(source, decoder, warnings), decoder.sample_rate, limits)
        yield AudioStream(decoder.sample_rate, decoder.channels, blocks, warnings)


def _nothing_heard(source: OpenSource, stream: AudioStream) -> AudioError:
    if not source.kind:
        return source.error(AudioReason.NOT_AUDIO, "is not audio of a known format")
    if stream.warnings:
        return source.error(AudioReason.CORRUPT, f"is damaged ({source.kind}): {stream.warnings[0]}")
    return source.error(AudioReason.EMPTY, f"holds no samples ({source.kind} header only)")
