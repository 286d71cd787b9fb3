"""Rows of published feature tables, brought to the level at which a prediction hears every track.

The tables describe recordings as loud as they came. How the 57 features change with a gain is known exactly, so the
rows need no sound to be corrected; only the floors in the decibels, far below any music, are not followed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from clipfeat import TABULAR_NAMES

_N_BANDS: Final = 128
_LINEAR: Final = ("rms", "harmony", "perceptr")


def at_level(features: NDArray[np.float64], track: NDArray[np.int64], level_dbfs: float) -> NDArray[np.float64]:
    """The features as they would be had each track been brought to one level first.

    Amplitudes scale with the gain, their variances with its square; a gain of d dB moves each of the 128 mel bands
    by d, which is sqrt(128) d in the first coefficient of the orthonormal cosine transform. The level of a row is
    the mean of its squared frame levels, mean^2 + variance; that of a track, the mean over its rows.

    Args:
        features: float (n_rows, 57), in the order of `clipfeat.TABULAR_NAMES`, of recipes with 128 mel bands.
        track: int (n_rows,), the track of each row.
        level_dbfs: root mean square of the whole track [dB re full scale].
    """
    column = {name: index for index, name in enumerate(TABULAR_NAMES)}
    power = features[:, column["rms_mean"]] ** 2 + features[:, column["rms_var"]]
    track_power = (np.bincount(track, weights=power) / np.maximum(np.bincount(track), 1))[track]
    gain = 10 ** (level_dbfs / 20) / np.sqrt(track_power)
    levelled = features.astype(np.float64)
    for name in _LINEAR:
        levelled[:, column[f"{name}_mean"]] *= gain
        levelled[:, column[f"{name}_var"]] *= gain**2
    levelled[:, column["mfcc1_mean"]] += np.sqrt(_N_BANDS) * 20 * np.log10(gain)
    return levelled
