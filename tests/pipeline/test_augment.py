"""Augmented copies: what changes, and what must not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from genrekit.pipeline import augment as module
from genrekit.pipeline.augment import SAMPLE_RATE, STRONG, WEAK, augment, copy_generator


def tone(frequency: float, seconds: float = 3.0) -> NDArray[np.float32]:
    return (0.2 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(
        np.float32
    )


def noise(seconds: float = 3.0) -> NDArray[np.float32]:
    return (0.14 * np.random.default_rng(0).standard_normal(int(seconds * SAMPLE_RATE))).astype(np.float32)


def level_db(samples: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def band_db(samples: NDArray[np.float32], low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    frequencies = np.fft.rfftfreq(samples.size, 1 / SAMPLE_RATE)
    return float(10 * np.log10(spectrum[(frequencies >= low) & (frequencies < high)].mean()))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("strength", [STRONG, WEAK], ids=["strong", "weak"])
@pytest.mark.parametrize("copy", range(12))
def test_a_copy_is_sound_of_nearly_the_same_length(strength, copy: int) -> None:
    samples = noise()
    changed = augment(samples, strength, copy_generator(1, "track", copy))
    assert changed.dtype == np.float32
    assert np.isfinite(changed).all()
    assert abs(changed.size / samples.size - 1) < 0.033
    assert -40 < level_db(changed) < 0


def test_a_copy_depends_on_seed_track_and_number_alone() -> None:
    samples = noise()

    def copy(seed: int, track: str, number: int) -> NDArray[np.float32]:
        return augment(samples, STRONG, copy_generator(seed, track, number))

    first = copy(1, "a", 3)
    copy(1, "b", 0)
    np.testing.assert_array_equal(copy(1, "a", 3), first)
    for other in (copy(2, "a", 3), copy(1, "b", 3), copy(1, "a", 4)):
        assert other.size != first.size or not np.array_equal(other, first)


def test_speed_never_leaves_less_than_two_seconds() -> None:
    samples = noise(2.0)
    sizes = {module._change_speed(samples, np.random.default_rng(seed)).size for seed in range(40)}
    assert min(sizes) >= 2 * SAMPLE_RATE
    assert len(sizes) > 2


def test_speed_moves_pitch_by_three_percent_at_most() -> None:
    peaks = set()
    for seed in range(30):
        changed = module._change_speed(tone(1000.0), np.random.default_rng(seed))
        peaks.add(int(np.argmax(np.abs(np.fft.rfft(changed, 16 * SAMPLE_RATE))) / 16))
    assert 968 <= min(peaks) < 990
    assert 1010 < max(peaks) <= 1033


def test_tone_curve_lifts_and_lowers_bands_smoothly(rng) -> None:
    samples = noise(6.0)
    changed = module._equalise(samples, 4.0, rng)
    bands = np.geomspace(60, 7000, 12)
    moved = [band_db(changed, low, high) - band_db(samples, low, high) for low, high in pairwise(bands)]
    assert max(moved) - min(moved) > 3
    assert np.abs(np.diff(moved)).max() < 12


def test_a_room_sounds_on_after_the_music_stops(rng) -> None:
    samples = noise(2.0)
    samples[SAMPLE_RATE:] = 0
    changed = module._reverberate(samples, (0.2, 0.3), rng)
    tail = changed[SAMPLE_RATE : SAMPLE_RATE + 800]
    assert level_db(tail) > level_db(samples[:SAMPLE_RATE]) - 25
    assert level_db(changed[-800:]) < level_db(tail) - 20


def test_drive_flattens_peaks_and_keeps_quiet_sound(rng) -> None:
    loud, quiet = 5 * tone(200.0), 0.01 * tone(200.0)
    assert np.abs(module._drive(loud, 10.0, rng)).max() < np.abs(loud).max()
    np.testing.assert_allclose(module._drive(quiet, 10.0, rng), quiet, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "cutoff", "kept", "removed"), [("_low_pass", 5000.0, 1000.0, 7900.0), ("_high_pass", 160.0, 1000.0, 40.0)]
)
def test_a_filter_keeps_one_side_and_removes_the_other(name: str, cutoff: float, kept: float, removed: float) -> None:
    apply = getattr(module, name)
    assert level_db(apply(tone(kept), cutoff)) == pytest.approx(level_db(tone(kept)), abs=0.3)
    assert level_db(apply(tone(removed), cutoff)) < level_db(tone(removed)) - 12
    assert level_db(apply(tone(cutoff), cutoff)) == pytest.approx(level_db(tone(cutoff)) - 3, abs=0.3)


def test_noise_lies_15_to_35_db_below_the_music() -> None:
    samples = tone(1000.0)
    below = []
    for seed in range(20):
        added = module._add_noise(samples, np.random.default_rng(seed)) - samples
        below.append(level_db(samples) - level_db(added))
    assert 14.9 < min(below) < 20
    assert 30 < max(below) < 35.1


def test_weak_goes_half_as_far_as_strong() -> None:
    assert (2 * WEAK.eq_db, 2 * WEAK.drive_db) == (STRONG.eq_db, STRONG.drive_db)
    assert tuple(2 * share for share in WEAK.wet) == STRONG.wet
