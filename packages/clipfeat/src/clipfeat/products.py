"""Matrix products that stay on the calling thread.

BLAS libraries share larger products among all cores. For products of a few milliseconds that costs more than it
gains, many times more on a busy machine, and threads over files, which scale, then fight those inside each file.
OpenBLAS leaves products of up to 2^18 multiplications alone, so larger ones are cut into tiles of that size; with
narrow right-hand sides the tiles lose nothing on a single thread.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["BandedMatrix", "tiled_product"]

_SINGLE_THREADED = 1 << 18
_GROUP_COLUMNS = 16


Real = TypeVar("Real", np.float32, np.float64)


def tiled_product(left: NDArray[Real], right: NDArray[Real]) -> NDArray[Real]:
    """The product (m, n) of left (m, k) and right (k, n), all of one type."""
    rows = max(1, _SINGLE_THREADED // right.size)
    whole = len(left) // rows * rows
    product = np.empty((len(left), right.shape[1]), left.dtype)
    np.matmul(
        left[:whole].reshape(-1, rows, left.shape[1]), right, out=product[:whole].reshape(-1, rows, right.shape[1])
    )
    np.matmul(left[whole:], right, out=product[whole:])
    return product


@dataclass(frozen=True, eq=False, slots=True)
class BandedMatrix:
    """A matrix (k, n) whose columns are zero outside a short stretch that moves on from column to column.

    parts: first row, first column, and the block (rows, columns) of each group of neighbouring columns.
    """

    n_columns: int
    parts: tuple[tuple[int, int, NDArray[np.float32]], ...]

    @classmethod
    def of(cls, matrix: NDArray[np.float32]) -> "BandedMatrix":
        """Cut out what is not zero."""
        parts = []
        for column in range(0, matrix.shape[1], _GROUP_COLUMNS):
            block = matrix[:, column : column + _GROUP_COLUMNS]
            used = np.flatnonzero(block.any(axis=1))
            first, last = (int(used[0]), int(used[-1])) if used.size else (0, 0)
            part = np.ascontiguousarray(block[first : last + 1])
            part.setflags(write=False)
            parts.append((first, column, part))
        return cls(matrix.shape[1], tuple(parts))

    def product(self, left: NDArray[np.float32]) -> NDArray[np.float32]:
        """The product (m, n) of left (m, k) and this, float32."""
        result = np.empty((len(left), self.n_columns), np.float32)
        for first, column, part in self.parts:
            result[:, column : column + part.shape[1]] = tiled_product(left[:, first : first + len(part)], part)
        return result
