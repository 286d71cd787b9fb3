"""Limits on a stream of blocks, and the mean of channels."""

import io
from collections.abc import Iterator
from itertools import repeat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clipfeat import AudioError, AudioReason, DecodeLimits
from clipfeat.decoding.source import OpenSource
from clipfeat.decoding.stream import mean_of_channels, within_limits

SOURCE = OpenSource("song.wav", io.BytesIO(b"x"), 1, "wav", False)
BLOCK = np.full(100, 0.5, np.float32)


def limited(blocks: Iterator[NDArray[np.float32]], **limits: float) -> list[NDArray[np.float32]]:
    return list(within_limits(SOURCE, blocks, 1000, DecodeLimits(**limits)))


@given(count=st.integers(0, 30), stop=st.floats(0.001, 4))
def test_stop_after_gives_the_first_seconds_exactly(count: int, stop: float) -> None:
    heard = sum(len(block) for block in limited(iter([BLOCK] * count), stop_after=stop))
    assert heard == min(100 * count, max(1, round(1000 * stop)))


def test_endless_sound_ends_at_the_limit() -> None:
    with pytest.raises(AudioError) as caught:
        limited(repeat(BLOCK), max_seconds=2)
    assert caught.value.reason is AudioReason.TOO_LONG
    assert str(caught.value) == "song.wav: is longer than 2 s"


def test_exactly_the_limit_is_allowed() -> None:
    assert len(limited(iter([BLOCK] * 20), max_seconds=2)) == 20


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_bad_value_is_found(value: float) -> None:
    block = BLOCK.copy()
    block[17] = value
    with pytest.raises(AudioError, match="not finite"):
        limited(iter([BLOCK, block]))


@given(channels=st.integers(1, 8), seed=st.integers(0, 99))
def test_mean_of_channels(channels: int, seed: int) -> None:
    block = np.random.default_rng(seed).standard_normal((50, channels)).astype(np.float32)
    mono = mean_of_channels(block)
    np.testing.assert_allclose(mono, block.mean(axis=1), atol=1e-6)
    assert not np.shares_memory(mono, block)
