"""The resampler: one fixed filter, any pair of rates, the same numbers from a stream as in one go."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clipfeat.errors import AudioError, ConfigError
from clipfeat.resample import LARGEST_TERM, Resampler, fir, ratio, resample

RATE_PAIRS = [
    (22_050, 16_000),
    (44_100, 16_000),
    (48_000, 16_000),
    (44_056, 16_000),
    (192_000, 16_000),
    (8_000, 16_000),
    (11_025, 16_000),
    (44_100, 22_050),
    (48_000, 22_050),
    (8_000, 22_050),
    (44_101, 16_000),
]


def noise(n_samples: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-1, 1, n_samples).astype(np.float32)


def tone(frequency: float, rate: int, seconds: float) -> NDArray[np.float32]:
    return np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate).astype(np.float32)


def direct_sum(samples: NDArray[np.float32], up: int, down: int) -> NDArray[np.float64]:
    """The definition, output by output, in float64."""
    taps = fir(up, down) * up
    half = taps.size // 2
    outputs = np.zeros(-(-samples.size * up // down))
    for i in range(outputs.size):
        k = np.arange(max(0, -((half - i * down) // up)), min(samples.size - 1, (i * down + half) // up) + 1)
        outputs[i] = samples[k].astype(np.float64) @ taps[i * down - k * up + half]
    return outputs


@pytest.mark.parametrize(("source", "target"), RATE_PAIRS)
def test_equals_the_definition(source: int, target: int) -> None:
    samples = noise(3_000)
    expected = direct_sum(samples, *ratio(source, target))
    np.testing.assert_allclose(resample(samples, source, target), expected, atol=2e-6)


@pytest.mark.parametrize(("source", "target"), RATE_PAIRS)
def test_equals_scipy_polyphase_with_the_same_filter(source: int, target: int) -> None:
    signal = pytest.importorskip("scipy.signal")
    samples = noise(2 * source)
    up, down = ratio(source, target)
    expected = signal.resample_poly(samples.astype(np.float64), up, down, window=fir(up, down))
    np.testing.assert_allclose(resample(samples, source, target), expected, atol=2e-6)


@pytest.mark.parametrize("up_down", [(160, 441), (1, 3), (441, 160)])
def test_filter_has_unit_gain_at_zero_and_is_symmetric(up_down: tuple[int, int]) -> None:
    taps = fir(*up_down)
    assert taps.size == 128 * max(up_down) + 1
    assert taps.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_array_equal(taps, taps[::-1])


@settings(max_examples=40, deadline=None)
@given(
    pair=st.sampled_from(RATE_PAIRS),
    n_samples=st.integers(0, 60_000),
    cuts=st.lists(st.integers(0, 60_000), max_size=6),
)
def test_a_stream_gives_the_very_bits_of_one_go(pair: tuple[int, int], n_samples: int, cuts: list[int]) -> None:
    samples = noise(n_samples, seed=n_samples)
    stream = Resampler(*pair)
    blocks = [stream.push(block) for block in np.split(samples, sorted(min(cut, n_samples) for cut in cuts))]
    joined = np.concatenate([*blocks, stream.finish()])
    np.testing.assert_array_equal(joined, resample(samples, *pair))


@settings(max_examples=25, deadline=None)
@given(
    source=st.integers(4_000, 192_000),
    target=st.sampled_from([16_000, 22_050]),
    n_samples=st.integers(1, 3_000),
)
def test_length_is_the_input_length_times_the_ratio_rounded_up(source: int, target: int, n_samples: int) -> None:
    up, down = ratio(source, target)
    result = resample(noise(n_samples), source, target)
    assert result.dtype == np.float32
    assert result.size == -(-n_samples * up // down)
    assert max(up, down) <= LARGEST_TERM
    assert up / down == pytest.approx(target / source, rel=0.5 / LARGEST_TERM)


@pytest.mark.parametrize("source", [22_050, 44_100, 48_000])
def test_a_tone_keeps_its_amplitude_and_place(source: int) -> None:
    result = resample(tone(1_000, source, 1.0), source, 16_000)
    middle = slice(1_000, 15_000)
    np.testing.assert_allclose(result[middle], tone(1_000, 16_000, 1.0)[middle], atol=1e-5)


@pytest.mark.parametrize("source", [22_050, 44_100, 48_000])
def test_a_tone_above_the_new_nyquist_frequency_is_removed(source: int) -> None:
    result = resample(tone(9_000, source, 1.0), source, 16_000)
    assert np.abs(result[1_000:15_000]).max() < 1e-5


def test_equal_rates_leave_samples_unchanged() -> None:
    samples = noise(1_234)
    np.testing.assert_array_equal(resample(samples, 16_000, 16_000), samples)


def test_no_samples_give_no_samples() -> None:
    assert resample(np.empty(0, np.float32), 44_100, 16_000).size == 0


@pytest.mark.parametrize(("source", "target"), [(0, 16_000), (-1, 16_000), (16_000, 0), (10**9, 1)])
def test_impossible_rates_are_refused(source: int, target: int) -> None:
    with pytest.raises(ConfigError):
        resample(noise(10), source, target)


def test_stereo_samples_are_refused() -> None:
    with pytest.raises(AudioError, match=r"\(4, 2\)"):
        resample(np.zeros((4, 2), np.float32), 44_100, 16_000)
