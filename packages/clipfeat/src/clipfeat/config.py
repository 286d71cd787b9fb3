"""The settings of every feature, in one frozen value with a stable fingerprint."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from clipfeat.errors import ConfigError

__all__ = ["FEATURES_VERSION", "FeatureConfig", "Recipe"]

Recipe = Literal["modern", "legacy"]

FEATURES_VERSION = 1
"""Raised whenever the same settings start to give other numbers; part of the fingerprint."""

MAX_N_FFT = 65536
MIN_N_FFT = 32


@dataclass(frozen=True, slots=True)
class FeatureConfig:
    """How samples become features.

    Attributes:
        sample_rate: rate of the samples handed over [Hz].
        n_fft: length of a frame in samples, even, 32 to 65536.
        hop_length: samples from one frame to the next, 1 to n_fft / 2 (beyond half a frame the inverse
            transform of the harmonic part would leave samples uncovered) and at most one second (a tempo
            needs several frames a beat).
        n_mels: Slaney mel bands from 0 Hz to half the sample rate, 1 to n_fft / 2 + 1.
        n_mfcc: cepstral coefficients kept, 1 to n_mels.
        recipe: "modern" gives the numbers of librosa 0.10 and 0.11 (centred frames padded with zeros,
            harmonic part of full length); "legacy" those of librosa 0.7 and 0.8, which made the public
            GTZAN tables (frames padded by reflection, harmonic part cut at the last hop).

    Raises:
        ConfigError: names the setting and what is allowed.
    """

    sample_rate: int = 22050
    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 128
    n_mfcc: int = 20
    recipe: Recipe = "modern"

    def __post_init__(self) -> None:
        for name, allowed in _BOUNDS.items():
            _check_whole_number(name, getattr(self, name), *allowed(self))
        if self.n_fft % 2:
            raise ConfigError(f"n_fft must be even; odd frames are not supported (got {self.n_fft})")
        if self.recipe not in get_args(Recipe):
            raise ConfigError(f"recipe must be 'modern' or 'legacy' (got {self.recipe!r})")

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change with any setting and with the numbers themselves."""
        settings = json.dumps({"version": FEATURES_VERSION, **asdict(self)}, sort_keys=True)
        return hashlib.sha256(settings.encode()).hexdigest()[:16]

    @property
    def n_bins(self) -> int:
        """Frequency bins of one frame."""
        return self.n_fft // 2 + 1

    def n_frames(self, n_samples: int) -> int:
        """Centred frames of a clip of that many samples."""
        return 1 + n_samples // self.hop_length


# In the order of checking: a later bound may lean on an earlier setting.
_BOUNDS: dict[str, Callable[[FeatureConfig], tuple[int, int]]] = {
    "sample_rate": lambda _: (1000, 768_000),
    "n_fft": lambda _: (MIN_N_FFT, MAX_N_FFT),
    "hop_length": lambda config: (1, min(config.n_fft // 2, config.sample_rate)),
    "n_mels": lambda config: (1, config.n_bins),
    "n_mfcc": lambda config: (1, config.n_mels),
}


def _check_whole_number(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigError(f"{name} must be a whole number (got {value!r})")
    if not low <= value <= high:
        raise ConfigError(f"{name} must lie between {low} and {high} (got {value})")
