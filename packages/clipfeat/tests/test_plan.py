"""The tables of a configuration."""

import numpy as np
import pytest

from clipfeat.config import FeatureConfig
from clipfeat.plan import plan_for
from clipfeat.spectrum import SCALE


def test_equal_settings_share_one_plan() -> None:
    assert plan_for(FeatureConfig()) is plan_for(FeatureConfig(n_mels=128))
    assert plan_for(FeatureConfig()) is not plan_for(FeatureConfig(recipe="legacy"))


def test_tables_are_read_only() -> None:
    plan = plan_for(FeatureConfig())
    for table in (plan.window, plan.inverse_window, plan.plain_window, plan.mel_bank, plan.dct, plan.chroma_bank(50)):
        with pytest.raises(ValueError, match="read-only"):
            table[..., 0] = 1


def test_the_scale_comes_in_once_and_goes_out_once() -> None:
    plan = plan_for(FeatureConfig())
    np.testing.assert_allclose(plan.window * plan.inverse_window, plan.plain_window**2, rtol=1e-6, atol=1e-12)
    assert plan.mel_bank.max() * SCALE**2 < 1


@pytest.mark.parametrize(
    ("settings", "bins"),
    [
        ({}, range(14, 372)),
        ({"sample_rate": 1000, "n_fft": 32}, range(5, 16)),
        ({"sample_rate": 768_000, "n_fft": 32}, range(0)),
    ],
)
def test_pitch_is_sought_between_150_and_4000_hertz(settings: dict[str, int], bins: range) -> None:
    config = FeatureConfig(**{"hop_length": 16, "n_mels": 16, "n_mfcc": 8, **settings})
    assert plan_for(config).pitch_bins == bins
