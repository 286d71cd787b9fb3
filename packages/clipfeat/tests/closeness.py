"""When two rows of features count as equal: relative per column, absolute where a column is near zero."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ABSOLUTE = {"harmony_mean": 1e-8, "perceptr_mean": 1e-8, "tempo": 0.0}
# A coefficient sums a hundred single-precision levels; its error moves a variance by twice the deviation times it.
_COEFFICIENT = 2e-4
_OTHER = 1e-12


def _absolute(name: str, wanted: float) -> float:
    if not name.startswith("mfcc"):
        return _ABSOLUTE.get(name, _OTHER)
    return _COEFFICIENT if name.endswith("_mean") else 2 * _COEFFICIENT * wanted**0.5 + _COEFFICIENT**2


def unequal(
    names: Sequence[str],
    actual: NDArray[np.float64],
    expected: NDArray[np.float64],
    relative: float = 1e-4,
    printed: NDArray[np.float64] | None = None,
) -> list[str]:
    """One line for each column beyond its tolerance; tempo must be equal to seven digits.

    printed: by how much each expected value may have been changed by printing it.
    """
    lines = []
    printed = np.zeros(len(names)) if printed is None else printed
    for name, got, wanted, rounding in zip(names, actual, expected, printed, strict=True):
        tolerance = 1e-7 if name == "tempo" else relative
        if not abs(got - wanted) <= tolerance * abs(wanted) + _absolute(name, wanted) + rounding:
            lines.append(f"{name}: {got!r} for {wanted!r}")
    return lines
