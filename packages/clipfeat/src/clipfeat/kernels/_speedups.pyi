"""The compiled kernels: thin, positional, buffers in and out. `_compiled` is the caller and knows the shapes.

Every function returns False, with `out` undefined, when a sample is too large for the scaled single precision
of the kernels. Raises ValueError for buffers of another format or length, MemoryError.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float32]
_Bands = tuple[NDArray[np.int32], NDArray[np.int32], _Floats]
_Tables = tuple[
    bool,
    float,
    int,
    int,
    int,
    NDArray[np.int32],
    NDArray[np.int32],
    _Floats,
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    _Floats,
]

def kernel_names() -> tuple[str, ...]: ...
def tabular(
    kernel: int,
    samples: _Floats,
    tables: _Tables,
    chroma_bank: Callable[[int], _Floats],
    out: NDArray[np.float64],
    /,
) -> bool: ...
def logmel(kernel: int, samples: _Floats, tables: _Tables, out: _Floats, /) -> bool: ...
def mfcc(kernel: int, samples: _Floats, tables: _Tables, out: _Floats, /) -> bool: ...
def musicnn_mel_power(kernel: int, samples: _Floats, bands: _Bands, out: _Floats, /) -> bool: ...
def median31(kernel: int, power: _Floats, rows: int, columns: int, axis: int, out: _Floats, /) -> bool: ...
