"""librosa itself, where it is installed: the golden values anew, and signals that no file holds."""

import numpy as np
import oracle
import pytest
from closeness import unequal
from numpy.typing import NDArray
from settings_tried import CONFIGS
from signals import SIGNALS, music, noise

from clipfeat import FeatureConfig, extract_logmel, extract_mfcc, extract_tabular, tabular_names

librosa = pytest.importorskip("librosa", reason="librosa is not installed: only its golden values are compared")

# Onsets are rounding noise in these: which lag wins is chance, in librosa as here.
WITHOUT_RHYTHM = {"clipped_sine", "tone_440", "tone_10k", "square", "dc"}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("signal", [name for name in SIGNALS if not name.startswith("noise_of")])
def test_tabular_equals_librosa(name: str, signal: str) -> None:
    config, samples = CONFIGS[name], SIGNALS[signal]()
    names = tabular_names(config.n_mfcc)
    actual, expected = extract_tabular(samples, config), oracle.tabular(samples, config)
    if signal in WITHOUT_RHYTHM:
        actual[names.index("tempo")] = expected[names.index("tempo")]
    assert unequal(names, actual, expected, 1e-3) == []


@pytest.mark.parametrize("frames", [1, 4, 10, 31, 47])
def test_short_clips_equal_librosa(frames: int) -> None:
    # Not two frames, nor three: there SciPy's median filter and librosa's inverse are wrong.
    samples = noise(512 * frames - 1, seed=frames)
    actual, expected = extract_tabular(samples), oracle.tabular(samples, FeatureConfig())
    assert unequal(tabular_names(), actual, expected, 1e-3) == []


@pytest.mark.parametrize("name", CONFIGS)
def test_matrices_equal_librosa(name: str, kernel: str) -> None:
    config, samples = CONFIGS[name], music()
    np.testing.assert_allclose(extract_logmel(samples, config), oracle.logmel(samples, config), atol=1e-3, rtol=0)
    np.testing.assert_allclose(extract_mfcc(samples, config), oracle.mfcc(samples, config), atol=2e-3, rtol=0)


def test_golden_file_is_what_librosa_gives(golden: dict[str, NDArray[np.float64]]) -> None:
    row = oracle.tabular(music(), FeatureConfig())
    assert unequal(tabular_names(), row, golden["tabular/default/music"], 1e-5) == []
