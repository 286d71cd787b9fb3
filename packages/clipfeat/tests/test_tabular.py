"""The classic columns: names, equality with librosa 0.11 without librosa, and the edge cases of the README."""

import numpy as np
import pytest
from closeness import unequal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from settings_tried import CONFIGS, OF_ALL_CONFIGS
from signals import RATE, SIGNALS, music, noise, tone

from clipfeat import TABULAR_NAMES, FeatureConfig, extract_tabular, kernels, tabular_names

LEGACY = FeatureConfig(recipe="legacy")


def column(row: NDArray[np.float64], name: str) -> float:
    return float(row[TABULAR_NAMES.index(name)])


def test_names_are_those_of_the_public_tables() -> None:
    assert len(TABULAR_NAMES) == 57
    assert TABULAR_NAMES[:2] == ("chroma_stft_mean", "chroma_stft_var")
    assert TABULAR_NAMES[16:19] == ("tempo", "mfcc1_mean", "mfcc1_var")
    assert TABULAR_NAMES[-1] == "mfcc20_var"


def test_fewer_coefficients_give_fewer_names() -> None:
    row = extract_tabular(music(1), FeatureConfig(n_mfcc=13))
    assert tabular_names(13) == TABULAR_NAMES[:43]
    assert row.shape == (43,)


@pytest.mark.parametrize("signal", SIGNALS)
def test_equals_librosa_on(signal: str, kernel: str, golden: dict[str, NDArray[np.float64]]) -> None:
    row = extract_tabular(SIGNALS[signal]())
    assert unequal(TABULAR_NAMES, row, golden[f"tabular/default/{signal}"], 1e-3) == []


@pytest.mark.parametrize("signal", OF_ALL_CONFIGS)
@pytest.mark.parametrize("name", [name for name in CONFIGS if name != "default"])
def test_equals_librosa_for_other_settings(
    name: str, signal: str, kernel: str, golden: dict[str, NDArray[np.float64]]
) -> None:
    config = CONFIGS[name]
    row = extract_tabular(SIGNALS[signal](), config)
    assert unequal(tabular_names(config.n_mfcc), row, golden[f"tabular/{name}/{signal}"], 1e-3) == []


@pytest.mark.parametrize("recipe", ["modern", "legacy"])
def test_silence_is_zero_but_for_the_floor_of_the_first_coefficient(recipe: str, kernel: str) -> None:
    row = extract_tabular(np.zeros(RATE, np.float32), FeatureConfig(recipe=recipe))
    assert column(row, "mfcc1_mean") == pytest.approx(-100 * np.sqrt(128))
    assert np.count_nonzero(row) == 1


def test_constant_samples_have_the_level_of_the_constant(kernel: str) -> None:
    constant = np.full(RATE, 0.5, np.float32)
    assert column(extract_tabular(constant, LEGACY), "rms_mean") == pytest.approx(0.5, rel=1e-6)
    padded_with_zeros = column(extract_tabular(constant), "rms_mean")
    assert 0.45 < padded_with_zeros < 0.5
    assert column(extract_tabular(constant, LEGACY), "zero_crossing_rate_mean") == 0


def test_a_tone_has_its_frequency_as_centroid_and_the_width_of_the_window(kernel: str) -> None:
    samples = tone(440, 4 * RATE)
    padded = np.pad(samples.astype(np.float64), 1024, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2048)[::512]
    shares = np.abs(np.fft.rfft(frames * np.hanning(2049)[:-1]))
    shares /= shares.sum(axis=1, keepdims=True)
    hertz = np.fft.rfftfreq(2048, 1 / RATE)
    centroid = shares @ hertz
    bandwidth = np.sqrt((shares * (hertz - centroid[:, None]) ** 2).sum(axis=1))
    row = extract_tabular(samples, LEGACY)
    assert column(row, "spectral_centroid_mean") == pytest.approx(centroid.mean(), rel=1e-6)
    # A transform in single precision is 4 % wrong here.
    assert column(row, "spectral_bandwidth_mean") == pytest.approx(bandwidth.mean(), rel=1e-5)


def test_a_lone_impulse_gives_finite_values(kernel: str) -> None:
    samples = np.zeros(RATE, np.float32)
    samples[10_000] = 1
    row = extract_tabular(samples)
    assert np.isfinite(row).all()
    assert 0 <= column(row, "chroma_stft_mean") <= 1


@pytest.mark.parametrize("n", [1, 2, 3, 100, 511, 512, 513, 1023, 2047, 2048, 2049])
@pytest.mark.parametrize("recipe", ["modern", "legacy"])
def test_any_length_from_one_sample_on_is_answered(n: int, recipe: str, kernel: str) -> None:
    row = extract_tabular(noise(n), FeatureConfig(recipe=recipe))
    assert row.shape == (57,)
    assert np.isfinite(row).all()


def test_one_sample_less_than_a_hop_costs_one_frame() -> None:
    config = FeatureConfig()
    assert config.n_frames(5 * 512) == 6
    assert config.n_frames(5 * 512 - 1) == 5


@pytest.mark.parametrize("amplitude", [1e-12, 1e-20])
def test_faint_noise_is_silent_in_decibels_only(amplitude: float, kernel: str) -> None:
    faint, loud = (extract_tabular(noise(RATE, level)) for level in (amplitude, 0.3))
    assert column(faint, "mfcc1_mean") == pytest.approx(-100 * np.sqrt(128))
    assert column(faint, "tempo") == 0
    scale_free = ["chroma_stft_mean", "spectral_centroid_mean", "spectral_bandwidth_mean", "rolloff_mean"]
    for name in scale_free:
        assert column(faint, name) == pytest.approx(column(loud, name), rel=1e-3)


def test_subnormal_samples_are_harmless(kernel: str) -> None:
    row = extract_tabular(noise(RATE, 1e-40))
    assert np.isfinite(row).all()
    assert column(row, "mfcc1_mean") == pytest.approx(-100 * np.sqrt(128))


def test_legacy_counts_the_tail_after_the_last_hop_as_zero(kernel: str) -> None:
    # Constant samples are all harmonic, so the mean tells the share of samples that are counted as zero.
    n = 40 * 512 + 300
    row = extract_tabular(np.full(n, 0.5, np.float32), LEGACY)
    assert column(row, "harmony_mean") + column(row, "perceptr_mean") == pytest.approx(0.5 * 40 * 512 / n, rel=1e-6)


def test_the_recipes_differ_at_the_ends_only(kernel: str) -> None:
    modern, legacy = extract_tabular(music()), extract_tabular(music(), LEGACY)
    assert not np.array_equal(modern, legacy)
    np.testing.assert_allclose(
        column(modern, "spectral_centroid_mean"), column(legacy, "spectral_centroid_mean"), rtol=0.05
    )


def test_the_same_samples_give_the_same_bits(kernel: str) -> None:
    assert extract_tabular(music()).tobytes() == extract_tabular(music()).tobytes()


@settings(deadline=None, max_examples=25)
@given(
    n=st.integers(1, 12_000),
    seed=st.integers(0, 1000),
    exponent=st.floats(-6, 1),
    recipe=st.sampled_from(["modern", "legacy"]),
)
def test_every_kernel_equals_the_specification(n: int, seed: int, exponent: float, recipe: str) -> None:
    samples, config = noise(n, 10**exponent, seed), FeatureConfig(recipe=recipe)
    with kernels.use_kernel("plain"):
        specified = extract_tabular(samples, config)
    for name in kernels.available_kernels():
        with kernels.use_kernel(name):
            assert unequal(TABULAR_NAMES, extract_tabular(samples, config), specified, 1e-3) == [], name


@settings(deadline=None, max_examples=20)
@given(gain=st.sampled_from([0.25, 0.5, 2.0]), seed=st.integers(0, 100))
def test_loudness_changes_levels_alone(gain: float, seed: int) -> None:
    samples = noise(20_000, 0.1, seed)
    plain, louder = extract_tabular(samples), extract_tabular(samples * np.float32(gain))
    for name in ("chroma_stft_mean", "spectral_centroid_mean", "spectral_bandwidth_var", "rolloff_mean"):
        assert column(louder, name) == pytest.approx(column(plain, name), rel=1e-6)
    assert column(louder, "rms_mean") == pytest.approx(gain * column(plain, "rms_mean"), rel=1e-6)
    assert column(louder, "harmony_var") == pytest.approx(gain**2 * column(plain, "harmony_var"), rel=1e-5)
