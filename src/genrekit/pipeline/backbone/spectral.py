"""Many filters along a short axis, and the best place of each: the arithmetic, without any graph.

A bank correlates one signal of `length` values with kernels of `width` values at `length - width + 1` places
and keeps the largest result. Through a discrete Fourier transform of odd size that costs a third of the
multiplications of the direct sum, and stays exact:

* the kernel is cut into `pieces` of equal width, each seen through a transform that holds one piece at all
  places; the pieces add up before the way back;
* places are counted from the middle one, so that the real parts give a result even in the place and the
  imaginary parts an odd one: half the places are computed, as `even + odd` and `even - odd`;
* of such a pair only the larger counts, and that is `even + |odd|`.

References: A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", ch. 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Transform:
    """The matrices of one bank; B bins, P pieces, H = half the places rounded up.

    Attributes:
        real: (B * P * 2, length), from the signal to what meets a kernel's two parts in the real part of the sum.
        imaginary: the same for the imaginary part.
        kernel: (piece_width, B * 2), from one piece of a kernel to its two parts, by bin.
        even: (H, B), from the real parts of the sums to the even results.
        odd: (H, B), from the imaginary parts of the sums to the odd results.
        pieces: into how many pieces a kernel is cut; the last is filled up with zeros.
        piece_width: values of a piece.
        bins: of the transform.
    """

    real: Matrix
    imaginary: Matrix
    kernel: Matrix
    even: Matrix
    odd: Matrix
    pieces: int
    piece_width: int
    bins: int


def plan_transform(length: int, width: int, pieces: int) -> Transform:
    """Tabulate the matrices for signals of `length`, kernels of `width` cut into `pieces`."""
    places = length - width + 1
    piece_width = -(-width // pieces)
    bins = -(-(places + piece_width) // 2)
    size = 2 * bins - 1  # odd and at least places + piece_width - 1: nothing wraps around, no Nyquist bin
    middle = (places - 1) / 2
    angle = np.arange(bins, dtype=np.float64) * (2.0 * np.pi / size)
    distance = np.arange(places - places // 2 - 1, -1, -1) + (0.0 if places % 2 else 0.5)
    weight = np.where(np.arange(bins) == 0, 1.0, 2.0) / size
    real, imaginary = _signal_matrices(length, size, piece_width, pieces, angle)
    return Transform(
        real=real,
        imaginary=imaginary,
        kernel=_kernel_matrix(piece_width, middle, angle),
        even=weight * np.cos(np.outer(distance, angle)),
        odd=-weight * np.sin(np.outer(distance, angle)),
        pieces=pieces,
        piece_width=piece_width,
        bins=bins,
    )


def _signal_matrices(length: int, size: int, piece_width: int, pieces: int, angle: Matrix) -> tuple[Matrix, Matrix]:
    """A sum's real part is `k0 x0 - k1 x1`, its imaginary part `k0 x1 + k1 x0`; the kernel is kept as (k0, -k1)."""
    real = np.zeros((angle.size, pieces, 2, length))
    imaginary = np.zeros_like(real)
    for piece in range(pieces):
        start = piece * piece_width
        seen = np.arange(start, min(start + size, length))
        phase = np.outer(angle, seen - start)
        real[:, piece, 0, seen] = np.cos(phase)
        real[:, piece, 1, seen] = -np.sin(phase)
        imaginary[:, piece, 0, seen] = -np.sin(phase)
        imaginary[:, piece, 1, seen] = -np.cos(phase)
    return real.reshape(-1, length), imaginary.reshape(-1, length)


def _kernel_matrix(piece_width: int, middle: float, angle: Matrix) -> Matrix:
    """The conjugate transform of a piece, turned so that places count from the middle: real part, minus imaginary."""
    phase = np.outer(np.arange(piece_width) + middle, angle)
    return np.stack([np.cos(phase), -np.sin(phase)], axis=-1).reshape(piece_width, -1)
