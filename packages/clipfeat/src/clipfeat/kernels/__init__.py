"""The one switch between kernels: all other modules call features through here.

The best compiled kernel of the processor is used where the extension was built, else "plain" (NumPy, the
specification). CLIPFEAT_PURE=1 in the environment leaves "plain" alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Protocol

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

_Samples = NDArray[np.float32]


class _Kernel(Protocol):
    """What every kernel offers; samples are finite, contiguous, native float32 (n,), n >= 1."""

    def tabular(self, samples: _Samples, plan: Plan) -> NDArray[np.float64]: ...

    def logmel(self, samples: _Samples, plan: Plan) -> NDArray[np.float32]: ...

    def mfcc(self, samples: _Samples, plan: Plan) -> NDArray[np.float32]: ...

    def musicnn_mel_power(self, samples: _Samples) -> NDArray[np.float32]: ...

    def median31(self, power: NDArray[np.float32], axis: int) -> NDArray[np.float32]: ...


def _find_kernels() -> dict[str, _Kernel]:
    """Kernels by name, best first. Only a missing extension is passed over: a broken one must be heard of."""
    if os.environ.get("CLIPFEAT_PURE", "") not in ("", "0") or find_spec("clipfeat.kernels._speedups") is None:
        return {"plain": _plain}
    from clipfeat.kernels import _compiled

    return {**_compiled.compiled_kernels(), "plain": _plain}


_kernels = _find_kernels()
_selection = [next(iter(_kernels))]


def available_kernels() -> tuple[str, ...]:
    """Names of the kernels this machine can run, best first."""
    return tuple(_kernels)


def kernel_name() -> str:
    """Name of the kernel in use: "avx512", "avx2", "sse4", "neon", "portable", or "plain" (NumPy)."""
    return _selection[-1]


@contextmanager
def use_kernel(name: str) -> Iterator[None]:
    """Use the named kernel inside the block, in all threads of this process: for tests and benchmarks.

    Raises ValueError for a kernel that this machine cannot run.
    """
    if name not in _kernels:
        raise ValueError(f"kernel {name!r} is not available here; there are {', '.join(_kernels)}")
    _selection.append(name)
    try:
        yield
    finally:
        _selection.pop()


def _active() -> _Kernel:
    return _kernels[_selection[-1]]


def tabular(samples: NDArray[np.float32], plan: Plan) -> NDArray[np.float64]:
    """The classic features, float64 (17 + 2 n_mfcc,)."""
    return _active().tabular(samples, plan)


def logmel(samples: NDArray[np.float32], plan: Plan) -> NDArray[np.float32]:
    """Mel levels in dB, float32 (n_mels, n_frames)."""
    return _active().logmel(samples, plan)


def mfcc(samples: NDArray[np.float32], plan: Plan) -> NDArray[np.float32]:
    """Cepstral coefficients, float32 (n_mfcc, n_frames)."""
    return _active().mfcc(samples, plan)


def musicnn_mel_power(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mel power of samples at 16 kHz, float32 (n_frames, 96)."""
    return _active().musicnn_mel_power(samples)


def median31(power: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Running median of 31 along axis 0 or 1."""
    return _active().median31(power, axis)
