"""In place of the package `feat-extractor` (0.0.6), whose `FeatureExtractor.extract_feature` this replaces.

It returned, for the first 30 seconds cut into 3-second segments, a table of 58 columns and an array of 13
cepstral coefficients. `segment_features` returns the same things, right; `segment_features_with_faults` returns
what the package returned, for models that were trained on it.

The faults, which `segment_features` does not have:

1. Every recording was divided by its peak and rounded to 16 bits first: quiet passages lose bits, and all columns
   that depend on level change (against the public table rms_mean by 22 %, the variances of rms, harmony and
   perceptr by half).
2. The sample rate was ignored but for the cepstra: sound at 44.1 kHz was described as if it ran at half speed.
3. Anything shorter than 30 seconds was an error; anything after 30 seconds was not heard.
4. `length` said 66149 for segments of 66150 samples, whatever they were.
5. Two channels, NaN and silence went through undetected or crashed far from the cause.
6. It declared no dependencies, crashed with librosa 0.10 and later, and computed most things twice or three times.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clipfeat.config import FeatureConfig
from clipfeat.errors import AudioError, AudioReason
from clipfeat.framing import split_clips
from clipfeat.matrices import extract_mfcc
from clipfeat.resample import resample
from clipfeat.samples import checked_samples
from clipfeat.tabular import TABULAR_NAMES, extract_tabular

__all__ = ["SEGMENT_COLUMNS", "SegmentFeatures", "segment_features", "segment_features_with_faults"]

SEGMENT_COLUMNS = ("length", *TABULAR_NAMES)
"""The 58 columns."""

_RATE = 22050
_SEGMENT_SECONDS = 3.0
_FAULTY_LENGTH = 66149
_CONFIG = FeatureConfig()
_CEPSTRAL = FeatureConfig(n_mfcc=13)


@dataclass(frozen=True, eq=False, slots=True)
class SegmentFeatures:
    """One row a segment.

    values: float64 (n_segments, 58), in the order of SEGMENT_COLUMNS.
    mfcc: float32 (n_segments, 130, 13, 1), time first, with an axis for the one channel of an image.
    """

    values: NDArray[np.float64]
    mfcc: NDArray[np.float32]


def segment_features(samples: ArrayLike, sample_rate: int) -> SegmentFeatures:
    """Features of every whole 3-second segment of a recording of any length and rate.

    samples: mono (n,), full scale at 1, at sample_rate. Raises AudioError: bad_samples, empty, not_finite,
    too_short (less than 3 seconds).
    """
    return _described(resample(checked_samples(samples), sample_rate, _RATE), 10**9)


def segment_features_with_faults(samples: ArrayLike, num_segment: int = 10) -> SegmentFeatures:
    """What `FeatureExtractor().extract_feature(samples, num_segment)` returned, faults 1 to 4 included.

    samples: mono (n,), taken as 22050 Hz whatever it is. Raises AudioError: bad_samples, empty, not_finite,
    too_short (less than num_segment times 3 seconds).
    """
    mono = checked_samples(samples)
    needed = num_segment * round(_SEGMENT_SECONDS * _RATE)
    if len(mono) < needed:
        raise AudioError(AudioReason.TOO_SHORT, f"there are {len(mono)} samples; {needed} are needed")
    described = _described(_peak_normalised(mono), num_segment)
    described.values[:, 0] = _FAULTY_LENGTH
    return described


def _peak_normalised(mono: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divided by the peak, rounded towards zero to 16 bits, and back: what a detour by a wav file does."""
    peak = float(np.abs(mono).max()) or 1.0
    return (mono / peak * 32767).astype(np.int16).astype(np.float32) / np.float32(32768)


def _described(samples: NDArray[np.float32], at_most: int) -> SegmentFeatures:
    segments = split_clips(samples, _CONFIG, seconds=_SEGMENT_SECONDS)[:at_most]
    if not segments:
        detail = f"lasts {len(samples) / _RATE:.2f} s, less than one segment of {_SEGMENT_SECONDS:g} s"
        raise AudioError(AudioReason.TOO_SHORT, detail)
    rows = [[len(segment), *extract_tabular(segment, _CONFIG)] for segment in segments]
    cepstra = [extract_mfcc(segment, _CEPSTRAL).T[..., None] for segment in segments]
    return SegmentFeatures(np.array(rows, np.float64), np.stack(cepstra))
