"""The specification: independent of its blocks, and small in memory."""

import tracemalloc

import pytest
from closeness import unequal
from signals import noise

from clipfeat import TABULAR_NAMES
from clipfeat.config import FeatureConfig
from clipfeat.kernels import _plain
from clipfeat.plan import plan_for

PLAN = plan_for(FeatureConfig())


@pytest.mark.parametrize("frames", [15, 16, 17, 31, 32, 33, 48, 79])
@pytest.mark.parametrize("recipe", ["modern", "legacy"])
def test_the_size_of_blocks_does_not_show(frames: int, recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, plan = noise(512 * frames + 7, seed=frames), plan_for(FeatureConfig(recipe=recipe))
    at_once = _plain.tabular(samples, plan)
    monkeypatch.setattr(_plain, "_block_frames", lambda n_fft: 16)
    assert unequal(TABULAR_NAMES, _plain.tabular(samples, plan), at_once, 1e-6) == []


@pytest.mark.parametrize("extract", [_plain.tabular, _plain.logmel, _plain.mfcc])
def test_thirty_seconds_take_less_than_20_mb(extract: object) -> None:
    samples = noise(661_794)
    extract(samples[:4096], PLAN)
    tracemalloc.start()
    extract(samples, PLAN)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
