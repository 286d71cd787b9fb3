"""The one switch between kernels: all other modules call features through here."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from clipfeat.kernels import _plain
from clipfeat.plan import Plan

__all__ = [
    "available_kernels",
    "kernel_name",
    "logmel",
    "median31",
    "mfcc",
    "musicnn_mel_power",
    "tabular",
    "use_kernel",
]

_kernels: dict[str, ModuleType] = {"plain": _plain}
_selection = ["plain"]


def available_kernels() -> tuple[str, ...]:
    """Names of the kernels this machine can run, best first."""
    return tuple(_kernels)


def kernel_name() -> str:
    """Name of the kernel in use."""
    return _selection[-1]


@contextmanager
def use_kernel(name: str) -> Iterator[None]:
    """Use the named kernel inside the block, in this process."""
    _selection.append(name)
    try:
        yield
    finally:
        _selection.pop()


def tabular(samples: NDArray[np.float32], plan: Plan) -> NDArray[np.float64]:
    """The classic features, float64 (17 + 2 n_mfcc,)."""
    return _plain.tabular(samples, plan)


def logmel(samples: NDArray[np.float32], plan: Plan) -> NDArray[np.float32]:
    """Mel levels in dB, float32 (n_mels, n_frames)."""
    return _plain.logmel(samples, plan)


def mfcc(samples: NDArray[np.float32], plan: Plan) -> NDArray[np.float32]:
    """Cepstral coefficients, float32 (n_mfcc, n_frames)."""
    return _plain.mfcc(samples, plan)


def musicnn_mel_power(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mel power of samples at 16 kHz, float32 (n_frames, 96)."""
    return _plain.musicnn_mel_power(samples)


def median31(power: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Running median of 31 along axis 0 or 1."""
    return _plain.median31(power, axis)
