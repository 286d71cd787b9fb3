"""Time-frequency matrices for networks."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clipfeat import kernels
from clipfeat.config import FeatureConfig
from clipfeat.musicnn import LOG_SCALE
from clipfeat.plan import plan_for
from clipfeat.samples import checked_samples

__all__ = ["extract_logmel", "extract_mfcc", "extract_musicnn_mel", "musicnn_mel_power"]


def extract_logmel(
    samples: ArrayLike,
    config: FeatureConfig = FeatureConfig(),  # noqa: B008  (frozen)
) -> NDArray[np.float32]:
    """Mel levels, float32 (n_mels, 1 + n // hop_length), in dB re 1, floor 80 dB below the loudest cell.

    Args:
        samples: mono (n,) at config.sample_rate.
        config: the settings.

    Raises:
        AudioError: bad_samples, empty, not_finite.
    """
    return kernels.logmel(checked_samples(samples), plan_for(config))


def extract_mfcc(
    samples: ArrayLike,
    config: FeatureConfig = FeatureConfig(),  # noqa: B008  (frozen)
) -> NDArray[np.float32]:
    """Cepstral coefficients, float32 (n_mfcc, 1 + n // hop_length): orthonormal DCT-II of the mel levels.

    Args:
        samples: mono (n,) at config.sample_rate.
        config: the settings.

    Raises:
        AudioError: bad_samples, empty, not_finite.
    """
    return kernels.mfcc(checked_samples(samples), plan_for(config))


def musicnn_mel_power(samples: ArrayLike) -> NDArray[np.float32]:
    """Mel power as the MusiCNN nets take it, before the logarithm: float32 (1 + n // 256, 96).

    Args:
        samples: mono (n,) at 16 kHz.

    Raises:
        AudioError: bad_samples, empty, not_finite.
    """
    return kernels.musicnn_mel_power(checked_samples(samples))


def extract_musicnn_mel(samples: ArrayLike) -> NDArray[np.float32]:
    """The input of the MusiCNN nets: log10(1 + 10000 mel power), float32 (1 + n // 256, 96).

    Args:
        samples: mono (n,) at 16 kHz.

    Raises:
        AudioError: bad_samples, empty, not_finite.
    """
    compressed = musicnn_mel_power(samples)
    compressed *= np.float32(LOG_SCALE)
    compressed += np.float32(1)
    return np.log10(compressed, out=compressed)
