"""Every compiled kernel gives the numbers of the specification, whatever the length, level, rate and table sizes."""

import os

import numpy as np
import pytest
from closeness import unequal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from signals import SIGNALS, music, noise

from clipfeat import FeatureConfig, kernels, tabular_names
from clipfeat.chroma import N_TUNINGS, PitchPeaks, find_peaks, tuning_of
from clipfeat.kernels import _plain
from clipfeat.plan import Plan, plan_for
from clipfeat.spectrum import magnitudes

COMPILED = [name for name in kernels.available_kernels() if name != "plain"]
pytestmark = pytest.mark.skipif(not COMPILED, reason="clipfeat was built without its compiled kernels")

RATES = (8000, 16000, 22050, 44100, 48000, 96000)
# A level of -80 dB is a hundred-millionth of the loudest power: there single precision ends.
DECIBELS = 2e-3
# Of a peak's power, and of its place in hundredths of a semitone.
POWER_ROUNDING = 1e-4
PLACE_ROUNDING = 0.01

# The sanitized kernels take twenty times as long; they are tried on fewer examples.
tried_often = settings(
    deadline=None,
    max_examples=int(os.environ.get("CLIPFEAT_EXAMPLES", "40")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

configs = st.builds(
    FeatureConfig,
    sample_rate=st.sampled_from(RATES),
    n_mels=st.sampled_from([1, 20, 40, 127, 128, 256]),
    n_mfcc=st.just(1),
    recipe=st.sampled_from(["modern", "legacy"]),
)


def clip(n: int, seed: int, exponent: float) -> NDArray[np.float32]:
    """A stretch of music with some noise in it, so that no spectrum is empty, at any level."""
    start = seed * 997 % 40_000
    sound = music(4.0)[start : start + n]
    return ((np.resize(sound, n) + noise(n, 0.02, seed)) * 10**exponent).astype(np.float32)


def peaks_of(samples: NDArray[np.float32], plan: Plan) -> PitchPeaks:
    """Spectral peaks by the specification."""
    blocks = (np.square(magnitudes(spectrum)) for _, spectrum in _plain._spectrum_blocks(samples, plan))
    return PitchPeaks.joined([find_peaks(power, plan.pitch_bins, plan.hz_per_bin) for power in blocks])


def tunings_within_rounding(samples: NDArray[np.float32], plan: Plan) -> set[int]:
    """Every tuning that the specification would give if it rounded pitches and powers otherwise.

    The fullest hundredth of a semitone is a vote, and a vote can be a tie: a peak that lies on the edge of two
    hundredths, or is as strong as the median one, may count for either side.
    """
    peaks = peaks_of(samples, plan)
    if not peaks.powers.size:
        return {N_TUNINGS // 2}
    ratio = peaks.powers / np.median(peaks.powers)
    heard, certain = ratio >= 1 - POWER_ROUNDING, ratio >= 1 + POWER_ROUNDING
    place = np.mod(12 * np.log2(peaks.pitches.astype(np.float64) / 27.5) + 0.5, 1) * N_TUNINGS
    low = np.floor(place - PLACE_ROUNDING).astype(int) % N_TUNINGS
    high = np.floor(place + PLACE_ROUNDING).astype(int) % N_TUNINGS
    fewest = np.bincount(low[certain & (low == high)], minlength=N_TUNINGS)
    most = np.bincount(np.concatenate([low[heard], high[heard & (low != high)]]), minlength=N_TUNINGS)
    return set(np.flatnonzero(most >= fewest.max()).tolist())


def table_tuned_to(samples: NDArray[np.float32], plan: Plan, tuning: int) -> NDArray[np.float64]:
    """The table by the specification, the tuning being known."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_plain, "tuning_of", lambda _: tuning)
        return _plain.tabular(samples, plan)


@pytest.fixture(params=COMPILED)
def compiled(request: pytest.FixtureRequest) -> str:
    """Runs the test once with each compiled kernel."""
    return str(request.param)


@tried_often
@given(n=st.integers(1, 60_000), seed=st.integers(0, 99), exponent=st.floats(-4, 2), config=configs)
def test_the_table_of_any_clip(n: int, seed: int, exponent: float, config: FeatureConfig, compiled: str) -> None:
    samples, plan = clip(n, seed, exponent), plan_for(config)
    with kernels.use_kernel(compiled):
        row = kernels.tabular(samples, plan)
    differences = unequal(tabular_names(config.n_mfcc), row, _plain.tabular(samples, plan), 1e-3)
    if differences:
        others = (table_tuned_to(samples, plan, tuning) for tuning in tunings_within_rounding(samples, plan))
        assert [] in [unequal(tabular_names(config.n_mfcc), row, other, 1e-3) for other in others], differences


def test_tunings_within_rounding_are_few_and_hold_the_one_of_the_specification() -> None:
    plan = plan_for(FeatureConfig())
    assert tunings_within_rounding(music(), plan) == {tuning_of(peaks_of(music(), plan))}


@tried_often
@given(n=st.integers(1, 60_000), seed=st.integers(0, 99), exponent=st.floats(-4, 2), config=configs)
def test_the_mel_levels_of_any_clip(n: int, seed: int, exponent: float, config: FeatureConfig, compiled: str) -> None:
    samples, plan = clip(n, seed, exponent), plan_for(config)
    with kernels.use_kernel(compiled):
        levels = kernels.logmel(samples, plan)
    np.testing.assert_allclose(levels, _plain.logmel(samples, plan), rtol=0, atol=DECIBELS)


@pytest.mark.parametrize("n_mfcc", [1, 2, 13, 20, 40])
def test_any_number_of_coefficients(n_mfcc: int, compiled: str) -> None:
    samples, plan = music(), plan_for(FeatureConfig(n_mels=40, n_mfcc=n_mfcc))
    with kernels.use_kernel(compiled):
        coefficients = kernels.mfcc(samples, plan)
    np.testing.assert_allclose(coefficients, _plain.mfcc(samples, plan), rtol=0, atol=DECIBELS)


@tried_often
@given(n=st.integers(1, 40_000), seed=st.integers(0, 99))
def test_the_front_end_of_the_nets(n: int, seed: int, compiled: str) -> None:
    samples = clip(n, seed, 0)
    with kernels.use_kernel(compiled):
        power = kernels.musicnn_mel_power(samples)
    expected = _plain.musicnn_mel_power(samples)
    np.testing.assert_allclose(np.log10(1 + 1e4 * power), np.log10(1 + 1e4 * expected), rtol=0, atol=1e-4)


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("recipe", ["modern", "legacy"])
def test_synthesised_signals(signal: str, recipe: str, compiled: str) -> None:
    samples, config = SIGNALS[signal](), FeatureConfig(recipe=recipe)
    with kernels.use_kernel(compiled):
        row = kernels.tabular(samples, plan_for(config))
    assert unequal(tabular_names(), row, _plain.tabular(samples, plan_for(config)), 1e-3) == []


@pytest.mark.parametrize("n", [15 * 512, 16 * 512 - 1, 16 * 512, 17 * 512, 47 * 512 + 511, 48 * 512])
@pytest.mark.parametrize("recipe", ["modern", "legacy"])
def test_lengths_around_whole_blocks_of_frames(n: int, recipe: str, compiled: str) -> None:
    samples, config = clip(n, 5, -1), FeatureConfig(recipe=recipe)
    with kernels.use_kernel(compiled):
        row = kernels.tabular(samples, plan_for(config))
    assert unequal(tabular_names(), row, _plain.tabular(samples, plan_for(config)), 1e-4) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e12])
def test_what_single_precision_cannot_hold_is_left_to_the_specification(value: float, compiled: str) -> None:
    samples = noise(5000)
    samples[1234] = value
    plan = plan_for(FeatureConfig())
    with kernels.use_kernel(compiled), np.errstate(all="ignore"):
        row, expected = kernels.tabular(samples, plan), _plain.tabular(samples, plan)
    np.testing.assert_array_equal(row, expected)


def test_other_frames_are_left_to_the_specification(compiled: str) -> None:
    plan = plan_for(FeatureConfig(n_fft=1024, hop_length=256))
    with kernels.use_kernel(compiled):
        np.testing.assert_array_equal(kernels.tabular(music(), plan), _plain.tabular(music(), plan))
        np.testing.assert_array_equal(kernels.logmel(music(), plan), _plain.logmel(music(), plan))
        np.testing.assert_array_equal(kernels.mfcc(music(), plan), _plain.mfcc(music(), plan))
