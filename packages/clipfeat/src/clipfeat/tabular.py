"""The classic columns of the public GTZAN tables."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clipfeat import kernels
from clipfeat.config import FeatureConfig
from clipfeat.plan import plan_for
from clipfeat.samples import checked_samples

__all__ = ["TABULAR_NAMES", "extract_tabular", "tabular_names"]

_CURVES = (
    "chroma_stft",
    "rms",
    "spectral_centroid",
    "spectral_bandwidth",
    "rolloff",
    "zero_crossing_rate",
    "harmony",
    "perceptr",
)


def tabular_names(n_mfcc: int = 20) -> tuple[str, ...]:
    """Names of the 17 + 2 n_mfcc columns, in the order of the public tables; `mfcc1` is coefficient 0."""
    cepstral = (f"mfcc{number}" for number in range(1, n_mfcc + 1))
    curves = [f"{name}_{moment}" for name in _CURVES for moment in ("mean", "var")]
    return (*curves, "tempo", *(f"{name}_{moment}" for name in cepstral for moment in ("mean", "var")))


TABULAR_NAMES = tabular_names()
"""The 57 names of the default settings."""


def extract_tabular(
    samples: ArrayLike,
    config: FeatureConfig = FeatureConfig(),  # noqa: B008  (frozen)
) -> NDArray[np.float64]:
    """The classic features of one clip, float64 (17 + 2 n_mfcc,), by default (57,), named by TABULAR_NAMES.

    Units: centroid, bandwidth and roll-off in Hz (variances in Hz^2), tempo in BPM, cepstra in dB.
    Population variances, over all frames; harmony and perceptr over all samples.

    Args:
        samples: mono (n,), n >= 1, at config.sample_rate, full scale at 1; float32, float64, or int16
            (divided by 32768).
        config: the settings.

    Raises:
        AudioError: bad_samples, empty, not_finite.
    """
    return kernels.tabular(checked_samples(samples), plan_for(config))
