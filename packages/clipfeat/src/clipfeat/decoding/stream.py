"""What every decoder gives: a rate, a number of channels, and blocks of mono samples under limits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clipfeat.decoding.source import OpenSource
from clipfeat.errors import AudioReason, ConfigError

__all__ = ["AudioStream", "CannotRead", "DecodeLimits", "Decoder", "mean_of_channels", "within_limits"]


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What is accepted from a file nobody vouches for.

    Attributes:
        max_seconds: longest sound [s]; beyond: too_long.
        max_channels: beyond: too_many_channels.
        max_bytes: largest file; beyond: too_large.
        wall_seconds: longest time spent decoding [s]; beyond: time_limit.
        stop_after: hear only the first so many seconds, without an error; None hears all.

    Raises:
        ConfigError: one is not positive.
    """

    max_seconds: float = 2 * 3600.0
    max_channels: int = 32
    max_bytes: int = 4 << 30
    wall_seconds: float = 600.0
    stop_after: float | None = None

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ConfigError(f"{name} must be positive (got {value})")


@dataclass(eq=False, slots=True)
class AudioStream:
    """An open sound: blocks of mono float32 samples at its own rate, to be read once.

    Attributes:
        sample_rate: the file's own [Hz].
        channels: how many are mixed.
        blocks: float32 (n,) each.
        warnings: sentences on what was lost; complete when the last block has been read.
    """

    sample_rate: int
    channels: int
    blocks: Iterator[NDArray[np.float32]]
    warnings: list[str] = field(default_factory=list)


class CannotRead(Exception):  # noqa: N818
    """One library cannot read the source; another may."""


class Decoder(Protocol):
    """An opened decoder.

    sample_rate: Hz. channels: how many are mixed down.
    damaged_after: samples before the place at which it had to give up, known when the blocks have ended.
    """

    sample_rate: int
    channels: int
    damaged_after: int | None

    def raw_blocks(self, warnings: list[str]) -> Iterator[NDArray[np.float32]]:
        """Mono blocks, unlimited, at most a few MB each; what is skipped is added to the warnings."""


def mean_of_channels(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean over the last axis of (n, channels); a fresh array."""
    channels = block.shape[1]
    mono = block[:, 0].copy()
    for channel in range(1, channels):
        mono += block[:, channel]
    if channels > 1:
        mono *= np.float32(1 / channels)
    return mono


def within_limits(
    source: OpenSource, blocks: Iterator[NDArray[np.float32]], sample_rate: int, limits: DecodeLimits
) -> Iterator[NDArray[np.float32]]:
    """The blocks, cut at stop_after. Raises AudioError: too_long, time_limit, not_finite, unreadable."""
    deadline = monotonic() + limits.wall_seconds
    allowed = round(limits.max_seconds * sample_rate)
    wanted = None if limits.stop_after is None else max(1, round(limits.stop_after * sample_rate))
    heard = 0
    while wanted is None or heard < wanted:
        block = next(blocks, None)
        source.check_reader()
        if block is None:
            return
        if monotonic() > deadline:
            detail = f"takes longer to decode than {limits.wall_seconds:g} s"
            raise source.error(AudioReason.TIME_LIMIT, detail)
        block = block if wanted is None else block[: wanted - heard]
        heard += len(block)
        if heard > allowed:
            raise source.error(AudioReason.TOO_LONG, f"is longer than {limits.max_seconds:g} s")
        # A sum is finite only if all its terms are: no array of flags is needed.
        if not np.isfinite(block.sum(dtype=np.float64)):
            raise source.error(AudioReason.NOT_FINITE, "holds samples that are not finite numbers")
        yield block
