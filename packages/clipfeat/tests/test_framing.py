"""Frames and clips."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signals import noise

from clipfeat import ConfigError, FeatureConfig, split_clips
from clipfeat.framing import frames_of, padded_for_frames

CONFIG = FeatureConfig(sample_rate=1000)


def test_modern_frames_see_zeros_beyond_the_ends() -> None:
    assert padded_for_frames(np.array([1, 2], np.float32), 4, "modern").tolist() == [0, 0, 1, 2, 0, 0]


def test_legacy_frames_see_a_mirror_and_repeat_it_for_short_clips() -> None:
    assert padded_for_frames(np.array([1, 2, 3], np.float32), 4, "legacy").tolist() == [3, 2, 1, 2, 3, 2, 1]
    assert padded_for_frames(np.array([1, 2], np.float32), 6, "legacy").tolist() == [2, 1, 2, 1, 2, 1, 2, 1]
    assert padded_for_frames(np.array([7], np.float32), 4, "legacy").tolist() == [7] * 5


@given(n=st.integers(1, 5000), hop=st.integers(1, 1024))
def test_frames_are_centred_one_every_hop(n: int, hop: int) -> None:
    config = FeatureConfig(hop_length=hop)
    padded = padded_for_frames(noise(n), config.n_fft, "modern")
    frames = frames_of(padded, config.n_fft, hop)
    assert len(frames) == config.n_frames(n)
    assert frames[-1][1024] == (padded[1024 + hop * (len(frames) - 1)])


@given(n=st.integers(0, 4000), length=st.integers(1, 900), hop=st.integers(1, 900))
def test_clips_have_one_length_and_cover_all_that_fits(n: int, length: int, hop: int) -> None:
    samples = np.arange(n, dtype=np.float32)
    clips = split_clips(samples, CONFIG, seconds=length / 1000, hop_seconds=hop / 1000)
    assert all(len(clip) == length for clip in clips)
    assert [int(clip[0]) for clip in clips] == list(range(0, n - length + 1, hop))


def test_exactly_one_clip_and_one_sample_short() -> None:
    assert len(split_clips(noise(3000), CONFIG, seconds=3)) == 1
    assert split_clips(noise(2999), CONFIG, seconds=3) == []
    assert len(split_clips(noise(3000), CONFIG, seconds=1)) == 3


def test_clips_are_views() -> None:
    samples = noise(3000)
    assert all(np.shares_memory(clip, samples) for clip in split_clips(samples, CONFIG, seconds=1))


@pytest.mark.parametrize("times", [{"seconds": 0}, {"seconds": -1}, {"seconds": 1, "hop_seconds": 0}])
def test_times_must_be_positive(times: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="positive"):
        split_clips(noise(10), CONFIG, **times)
