"""Running medians of 31 by shared sorting: bit-equal to a sort of every window, an order of magnitude cheaper.

Sixteen neighbouring windows of 31 share the 16 values in their middle. Those are sorted once; then the
windows are halved again and again (8, 4, 2, 1), each time merging in the values the half still shares and
keeping only the ranks that can yet become the median. With m values still to come, the median of 31 is
among the m + 1 middle ranks, so 8, 4 and 2 values are carried on and the last step is a clamp.

The scheme is written down once as a network of min and max over whole rows, pruned to what the sixteen
medians need (about 32 operations each; a full sorting network takes some 220).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["HALF", "LANES", "WIDTH", "median31", "median_rows", "mirrored"]

WIDTH = 31
HALF = WIDTH // 2
LANES = 16

Rows = NDArray[np.float32]
_INPUTS = WIDTH + LANES - 1


@dataclass(slots=True)
class _Network:
    """Min and max nodes over numbered values; equal nodes are built once. Values 0..45 are the inputs."""

    nodes: list[tuple[bool, int, int]] = field(default_factory=list)
    known: dict[tuple[bool, int, int], int] = field(default_factory=dict)

    def node(self, is_max: bool, a: int, b: int) -> int:
        key = (is_max, min(a, b), max(a, b))
        if key not in self.known:
            self.known[key] = _INPUTS + len(self.nodes)
            self.nodes.append(key)
        return self.known[key]

    def merge(self, a: Sequence[int], b: Sequence[int]) -> list[int]:
        """Batcher's odd-even merge of two sorted sequences of any lengths."""
        if not a or not b:
            return [*a, *b]
        if len(a) == len(b) == 1:
            return [self.node(False, a[0], b[0]), self.node(True, a[0], b[0])]
        even, odd = self.merge(a[::2], b[::2]), self.merge(a[1::2], b[1::2])
        merged = even[:1]
        for upper, lower in zip(even[1:], odd, strict=False):
            merged += [self.node(False, upper, lower), self.node(True, upper, lower)]
        pairs = min(len(even) - 1, len(odd))
        return merged + even[1 + pairs :] + odd[pairs:]

    def sort(self, values: Sequence[int]) -> list[int]:
        if len(values) == 1:
            return list(values)
        middle = len(values) // 2
        return self.merge(self.sort(values[:middle]), self.sort(values[middle:]))

    def medians(self, kept: list[int], first: int, count: int) -> list[int]:
        """Medians of `count` windows from window `first` on, whose candidates so far are `kept`."""
        if count == 1:
            return kept
        half = count // 2
        left = self.sort(range(first + half - 1, first + count - 1))
        right = self.sort(range(first + WIDTH, first + WIDTH + half))
        lower = self.merge(kept, left)[half : 2 * half]
        upper = self.merge(kept, right)[half : 2 * half]
        return self.medians(lower, first, half) + self.medians(upper, first + half, half)


def mirrored(index: NDArray[np.intp], length: int) -> NDArray[np.intp]:
    """Fold any index into 0..length-1 with the edge repeated: d c b a | a b c d | d c b a."""
    folded: NDArray[np.intp] = np.mod(index, 2 * length)
    return np.minimum(folded, 2 * length - 1 - folded)


@dataclass(frozen=True, slots=True)
class _Program:
    """Steps (ufunc, operand, operand, result) over rows: 46 inputs, then 16 outputs, then scratch rows."""

    steps: tuple[tuple[np.ufunc, int, int, int], ...]
    n_scratch: int


@lru_cache(maxsize=1)
def _program() -> _Program:
    network = _Network()
    outputs = network.medians(network.sort(range(HALF, HALF + LANES)), 0, LANES)
    place = {node: _INPUTS + lane for lane, node in enumerate(outputs)}
    last_use = _last_uses(network, outputs)
    steps: list[tuple[np.ufunc, int, int, int]] = []
    free: list[int] = []
    first_scratch = next_scratch = _INPUTS + LANES
    for value, (is_max, a, b) in enumerate(network.nodes, start=_INPUTS):
        if value not in last_use:
            continue
        left, right = place.get(a, a), place.get(b, b)
        # A result may overwrite an operand in place, so rows are freed before one is taken.
        free += [place[used] for used in (a, b) if last_use.get(used) == value and used >= _INPUTS]
        if value not in place:
            if not free:
                free.append(next_scratch)
                next_scratch += 1
            place[value] = free.pop()
        steps.append((np.maximum if is_max else np.minimum, left, right, place[value]))
    return _Program(tuple(steps), next_scratch - first_scratch)


def _last_uses(network: _Network, outputs: list[int]) -> dict[int, int]:
    """For each node that some output needs, the last node that reads it; dead nodes are left out."""
    last_use = dict.fromkeys(outputs, -1)
    for value in range(_INPUTS + len(network.nodes) - 1, _INPUTS - 1, -1):
        if value in last_use:
            for operand in network.nodes[value - _INPUTS][1:]:
                last_use.setdefault(operand, value)
    return last_use


def median_rows(rows: Rows, out: Rows) -> None:
    """Medians of 31 neighbouring rows, cell by cell.

    rows: float32 (16 g + 30, n); out: float32 (16 g, n), row i = median of rows i .. i + 30. Finite values
    only: min and max drop NaN silently.
    """
    groups = len(out) // LANES
    program = _program()
    scratch = np.empty((program.n_scratch, groups, rows.shape[1]), np.float32)
    places = [rows[lane : lane + LANES * (groups - 1) + 1 : LANES] for lane in range(_INPUTS)]
    places += [out[lane::LANES] for lane in range(LANES)]
    places += list(scratch)
    for operation, a, b, result in program.steps:
        operation(places[a], places[b], out=places[result])


def median31(power: Rows, axis: int) -> Rows:
    """Running median of 31 along axis 0 or 1 of a finite float32 matrix, ends mirrored with the edge repeated.

    Equal to scipy.ndimage.median_filter(power, size=31 along the axis, mode="reflect"), bit by bit, for
    axes longer than two.
    """
    lines = power if axis == 0 else power.T
    length = len(lines)
    groups = -(-length // LANES)
    medians = np.empty((groups * LANES, lines.shape[1]), np.float32)
    rows_at_once = _rows_at_once(lines.shape[1])
    for start in range(0, len(medians), rows_at_once):
        stop = min(start + rows_at_once, len(medians))
        index = mirrored(np.arange(start - HALF, stop + HALF), length)
        median_rows(np.ascontiguousarray(lines[index]), medians[start:stop])
    return medians[:length] if axis == 0 else np.ascontiguousarray(medians[:length].T)


def _rows_at_once(n_columns: int) -> int:
    """A multiple of 16 that keeps one operand row of the network near 64 KiB: call overhead small, cache warm."""
    return LANES * max(1, 16384 // max(1, n_columns))
