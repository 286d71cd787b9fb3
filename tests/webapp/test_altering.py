from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import clipfeat
from genrekit.errors import AudioError, SettingsError
from genrekit.webapp.altering import AMOUNTS, Change, altered, with_noise
from tests.making import make_music


@pytest.mark.parametrize("decibels", [0.0, 15.0, 40.0])
def test_noise_is_as_loud_as_said(decibels: float) -> None:
    music = make_music(2.0)
    noise = with_noise(music, decibels).astype(np.float64) - music
    assert 10 * np.log10(np.mean(music**2.0) / np.mean(noise**2)) == pytest.approx(decibels, abs=0.1)


def test_a_later_start_leaves_the_rest_as_it_was(song: Path, tmp_path: Path) -> None:
    copy = clipfeat.decode(altered(song, Change.SHIFT, 2.0, tmp_path))
    whole = clipfeat.decode(song)
    np.testing.assert_array_equal(copy.samples, whole.samples[2 * whole.sample_rate :])


def test_a_lower_bit_rate_makes_a_smaller_file_of_the_same_length(song: Path, tmp_path: Path) -> None:
    low, high = (altered(song, Change.MP3, rate, tmp_path) for rate in (32.0, 256.0))
    assert low.stat().st_size < high.stat().st_size
    assert len(clipfeat.decode(low).samples) / 44_100 == pytest.approx(5.0, abs=0.2)


def test_two_copies_never_share_a_name(song: Path, tmp_path: Path) -> None:
    assert altered(song, Change.NOISE, 15.0, tmp_path) != altered(song, Change.NOISE, 15.0, tmp_path)


def test_leaving_out_everything_is_an_error(song: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="leaves nothing"):
        altered(song, Change.SHIFT, 20.0, tmp_path)


@pytest.mark.parametrize("change", Change)
def test_an_amount_out_of_range_is_refused(change: Change, song: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must lie between"):
        altered(song, change, AMOUNTS[change][2] + 1, tmp_path)
