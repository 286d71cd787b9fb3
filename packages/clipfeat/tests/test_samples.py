"""What is taken as samples, and what is refused with which word."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signals import music, noise

from clipfeat import AudioError, AudioReason, extract_tabular
from clipfeat.samples import checked_samples


def test_float32_is_taken_without_a_copy() -> None:
    samples = noise(100)
    assert checked_samples(samples) is samples


@given(st.lists(st.integers(-32768, 32767), min_size=1))
def test_int16_is_divided_by_its_full_scale(values: list[int]) -> None:
    samples = checked_samples(np.array(values, np.int16))
    assert samples.dtype == np.float32
    np.testing.assert_array_equal(samples, np.array(values) / 32768)


def test_layout_type_and_writability_do_not_matter(kernel: str) -> None:
    samples = music(1)
    expected = extract_tabular(samples)
    spread = np.zeros((len(samples), 3), np.float32)
    spread[:, 1] = samples
    frozen = samples.copy()
    frozen.setflags(write=False)
    backwards = samples[::-1].copy()[::-1]
    swapped = samples.astype(samples.dtype.newbyteorder())
    for variant in (spread[:, 1], frozen, backwards, swapped, samples.astype(np.float64), samples.tolist()):
        np.testing.assert_array_equal(extract_tabular(variant), expected)


@pytest.mark.parametrize(
    ("samples", "reason", "words"),
    [
        (np.zeros(0, np.float32), AudioReason.EMPTY, "no samples"),
        (np.array([0.1, np.nan]), AudioReason.NOT_FINITE, "not finite"),
        (np.array([0.1, np.inf]), AudioReason.NOT_FINITE, "not finite"),
        (np.array([0.1, -np.inf]), AudioReason.NOT_FINITE, "not finite"),
        (np.full(9, np.nan), AudioReason.NOT_FINITE, "not finite"),
        (np.array([1e300]), AudioReason.NOT_FINITE, "not finite"),
        (np.zeros((2, 100), np.float32), AudioReason.BAD_SAMPLES, "average the channels"),
        (np.zeros((100, 2), np.float32), AudioReason.BAD_SAMPLES, "average the channels"),
        (np.zeros((100, 1), np.float32), AudioReason.BAD_SAMPLES, r"shape \(n,\)"),
        (np.float32(0), AudioReason.BAD_SAMPLES, r"shape \(n,\)"),
        (np.zeros(9, np.int32), AudioReason.BAD_SAMPLES, "int32"),
        (np.zeros(9, np.complex64), AudioReason.BAD_SAMPLES, "complex64"),
        (np.array(["a"]), AudioReason.BAD_SAMPLES, "float32, float64 or int16"),
        (np.array([2.0**31]), AudioReason.BAD_SAMPLES, "full scale"),
    ],
)
def test_refusals_name_the_reason(samples: np.ndarray, reason: AudioReason, words: str) -> None:
    with pytest.raises(AudioError, match=words) as caught:
        checked_samples(samples)
    assert caught.value.reason is reason
