"""The tables of one configuration, built once and shared by every call and every kernel."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clipfeat.chroma import chroma_bank
from clipfeat.config import FeatureConfig
from clipfeat.mel import dct_matrix, mel_bank
from clipfeat.products import BandedMatrix
from clipfeat.rhythm import TempoGrid, tempo_grid
from clipfeat.spectrum import SCALE, hann

__all__ = ["Plan", "plan_for"]

_PITCH_LOW_HZ = 150.0
_PITCH_HIGH_HZ = 4000.0


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """Read-only tables; magnitudes carry the factor SCALE = 2^20 from the window on.

    window: float64 (n_fft,), periodic Hann times SCALE.
    inverse_window: float32 (n_fft,), periodic Hann divided by SCALE.
    plain_window: float32 (n_fft,), periodic Hann, whose squares the overlap-add divides by.
    mel_bank: float32 (n_mels, n_bins), Slaney triangles divided by SCALE^2.
    mel_bands: the same transposed, without its zeros.
    dct: float64 (n_mfcc, n_mels), orthonormal DCT-II.
    pitch_bins: bins between 150 Hz (included) and 4 kHz (excluded) in which tuning peaks are sought.
    tempo: tables of the tempo search.
    """

    config: FeatureConfig
    window: NDArray[np.float64]
    inverse_window: NDArray[np.float32]
    plain_window: NDArray[np.float32]
    mel_bank: NDArray[np.float32]
    mel_bands: BandedMatrix
    dct: NDArray[np.float64]
    pitch_bins: range
    tempo: TempoGrid

    @property
    def hz_per_bin(self) -> float:
        """Distance of neighbouring bins."""
        return self.config.sample_rate / self.config.n_fft

    def chroma_bank(self, tuning: int) -> NDArray[np.float32]:
        """Weights (12, n_bins), row 0 = C, for tuning index 0..99; cached."""
        return chroma_bank(self.config.sample_rate, self.config.n_fft, tuning)


@lru_cache(maxsize=16)
def plan_for(config: FeatureConfig) -> Plan:
    """The plan of a configuration; the same object for equal configurations."""
    window = hann(config.n_fft)
    bank = mel_bank(config.sample_rate, config.n_fft, config.n_mels) * np.float32(SCALE**-2)
    plan = Plan(
        config=config,
        window=window * SCALE,
        inverse_window=(window / SCALE).astype(np.float32),
        plain_window=window.astype(np.float32),
        mel_bank=bank,
        mel_bands=BandedMatrix.of(bank.T),
        dct=dct_matrix(config.n_mfcc, config.n_mels),
        pitch_bins=_pitch_bins(config),
        tempo=tempo_grid(config.sample_rate, config.n_fft, config.hop_length),
    )
    for table in (plan.window, plan.inverse_window, plan.plain_window, plan.mel_bank, plan.dct):
        table.setflags(write=False)
    return plan


def _pitch_bins(config: FeatureConfig) -> range:
    frequencies = np.arange(config.n_bins) * (config.sample_rate / config.n_fft)
    top = min(_PITCH_HIGH_HZ, config.sample_rate / 2)
    inside = np.flatnonzero((frequencies >= _PITCH_LOW_HZ) & (frequencies < top))
    return range(int(inside[0]), int(inside[-1]) + 1) if inside.size else range(0)
