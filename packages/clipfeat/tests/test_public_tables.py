"""The public GTZAN tables, cell by cell, from the recordings they were made of."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from closeness import unequal

from clipfeat import TABULAR_NAMES, FeatureConfig, decode, extract_tabular

pytestmark = pytest.mark.data

Table = Callable[[str], dict[str, dict[str, str]]]

LEGACY = FeatureConfig(recipe="legacy")
TEN_SECONDS = 220_500


def expected(row: dict[str, str]) -> np.ndarray:
    return np.array([float(row[name]) for name in TABULAR_NAMES])


def half_of_the_last_digit(row: dict[str, str]) -> np.ndarray:
    exponents = [Decimal(row[name]).as_tuple().exponent for name in TABULAR_NAMES]
    return np.array([0.5 * 10.0**exponent for exponent in exponents])


def test_30_second_table_from_every_lossless_track(lossless_tracks: dict[str, Path], table: Table, kernel: str) -> None:
    rows = table("features_30_sec.csv")
    complaints = {}
    for name, path in lossless_tracks.items():
        audio = decode(path)
        assert audio.sample_rate == 22050
        lines = unequal(TABULAR_NAMES, extract_tabular(audio.samples, LEGACY), expected(rows[name]))
        if lines:
            complaints[name] = lines
    assert len(lossless_tracks) >= 50
    assert complaints == {}


def test_10_second_table_from_windows_of_the_same_tracks(
    lossless_tracks: dict[str, Path], table: Table, kernel: str
) -> None:
    rows = table("features_10_sec.csv")
    complaints, compared = {}, 0
    # One track a genre, all its windows.
    for name in sorted(lossless_tracks)[::5]:
        samples = decode(lossless_tracks[name]).samples
        for window in range(len(samples) // TEN_SECONDS):
            row = rows.get(f"{name}.{window}")
            if row is None:
                continue
            clip = samples[window * TEN_SECONDS : (window + 1) * TEN_SECONDS]
            # This table prints tiny means with three digits.
            printed = half_of_the_last_digit(row)
            lines = unequal(TABULAR_NAMES, extract_tabular(clip), expected(row), printed=printed)
            compared += 1
            if lines:
                complaints[f"{name}.{window}"] = lines
    assert compared >= 20
    assert complaints == {}
