"""The compiled kernels behind the functions of the specification: same arguments, same shapes, same numbers.

The fast path knows frames of 2048 samples every 512, any sample rate, mel and coefficient counts; other frames, and
samples too large for scaled single precision, are handed to the plain kernel.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from clipfeat import musicnn
from clipfeat.kernels import _plain, _speedups
from clipfeat.plan import Plan

__all__ = ["CompiledKernel", "compiled_kernels"]

Samples = NDArray[np.float32]
Bands = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]

_N_FFT, _HOP = 2048, 512


def _bands_of(bank: NDArray[np.float32]) -> Bands:
    """First bin, count and end-to-end weights of each row of a filterbank (n_bands, n_bins)."""
    heard = bank != 0
    first = heard.argmax(axis=1)
    count = np.where(heard.any(axis=1), bank.shape[1] - heard[:, ::-1].argmax(axis=1) - first, 0)
    weights = [row[start : start + length] for row, start, length in zip(bank, first, count, strict=True)]
    return first.astype(np.int32), count.astype(np.int32), np.concatenate(weights)


@lru_cache(maxsize=16)
def _tables_of(plan: Plan) -> "_speedups._Tables":
    """The tables of a plan as the compiled kernels take them; as many are kept as there are cached plans."""
    tempo = plan.tempo
    return (
        plan.config.recipe == "legacy",
        plan.hz_per_bin,
        plan.pitch_bins.start,
        plan.pitch_bins.stop,
        tempo.onset_delay,
        *_bands_of(plan.mel_bank),
        np.ascontiguousarray(tempo.window),
        np.ascontiguousarray(tempo.bpm),
        np.ascontiguousarray(tempo.prior),
        plan.dct.astype(np.float32),
    )


@cache
def _short_bands() -> Bands:
    return _bands_of(np.ascontiguousarray(musicnn.mel_filters().T))


def _on_fast_path(plan: Plan) -> bool:
    config = plan.config
    return config.n_fft == _N_FFT and config.hop_length == _HOP and len(plan.pitch_bins) > 0


@dataclass(frozen=True, slots=True)
class CompiledKernel:
    """One instruction set's kernel: its place in the extension module's list, best first."""

    index: int

    def tabular(self, samples: Samples, plan: Plan) -> NDArray[np.float64]:
        """The classic features, float64 (17 + 2 n_mfcc,)."""
        if _on_fast_path(plan):
            out = np.empty(17 + 2 * plan.config.n_mfcc)
            if _speedups.tabular(self.index, samples, _tables_of(plan), plan.chroma_bank, out):
                return out
        return _plain.tabular(samples, plan)

    def logmel(self, samples: Samples, plan: Plan) -> NDArray[np.float32]:
        """Mel levels in dB, float32 (n_mels, n_frames)."""
        if _on_fast_path(plan):
            out = np.empty((plan.config.n_mels, plan.config.n_frames(len(samples))), np.float32)
            if _speedups.logmel(self.index, samples, _tables_of(plan), out):
                return out
        return _plain.logmel(samples, plan)

    def mfcc(self, samples: Samples, plan: Plan) -> NDArray[np.float32]:
        """Cepstral coefficients, float32 (n_mfcc, n_frames)."""
        if _on_fast_path(plan):
            out = np.empty((plan.config.n_mfcc, plan.config.n_frames(len(samples))), np.float32)
            if _speedups.mfcc(self.index, samples, _tables_of(plan), out):
                return out
        return _plain.mfcc(samples, plan)

    def musicnn_mel_power(self, samples: Samples) -> NDArray[np.float32]:
        """Mel power of samples at 16 kHz, float32 (1 + n // 256, 96)."""
        out = np.empty((1 + len(samples) // musicnn.HOP, musicnn.N_BANDS), np.float32)
        if _speedups.musicnn_mel_power(self.index, samples, _short_bands(), out):
            return out
        return _plain.musicnn_mel_power(samples)

    def median31(self, power: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
        """Running median of 31 along axis 0 or 1 of a finite matrix."""
        rows, columns = power.shape
        out = np.empty((rows, columns), np.float32)
        _speedups.median31(self.index, np.ascontiguousarray(power), rows, columns, axis, out)
        return out


def compiled_kernels() -> dict[str, CompiledKernel]:
    """The kernels this processor can run by name, best first."""
    return {name: CompiledKernel(index) for index, name in enumerate(_speedups.kernel_names())}
