"""Harmonic and percussive sums, block by block, without storing either signal.

D. Fitzgerald, "Harmonic/percussive separation using median filtering", 2010; J. Driedger, M. Mueller and
S. Disch, "Extending harmonic-percussive separation of audio signals", 2014. Both soft masks add up to 1, so
only the harmonic part is transformed back and the percussive signal is the difference to the samples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clipfeat.medians import HALF, LANES, median_rows, mirrored
from clipfeat.products import tiled_product

__all__ = ["Moments", "OverlapAdd", "harmonic_mask"]

Magnitudes = NDArray[np.float32]


def harmonic_mask(magnitude: Magnitudes, start: int, stop: int) -> Magnitudes:
    """Share of the harmonic part, 0..1, in frames start..stop-1 of magnitude (n_frames, n_bins).

    a^2 / (a^2 + b^2) with a the median of 31 along time, b along frequency; one half where both are 0.
    stop may lie beyond the last frame as long as stop - start is a multiple of 16.
    """
    n_frames, n_bins = magnitude.shape
    rows = magnitude[mirrored(np.arange(start - HALF, stop + HALF), n_frames)]
    harmonic = np.empty((stop - start, n_bins), np.float32)
    median_rows(rows, harmonic)
    n_lines = -(-n_bins // LANES) * LANES
    columns = rows[HALF : HALF + stop - start].T[mirrored(np.arange(-HALF, n_lines + HALF), n_bins)]
    percussive = np.empty((n_lines, stop - start), np.float32)
    median_rows(columns, percussive)
    harmonic *= harmonic
    both = np.square(percussive[:n_bins].T, order="C")
    both += harmonic
    silent = both == 0
    np.divide(harmonic, both, out=harmonic, where=~silent)
    harmonic[silent] = 0.5
    return harmonic


@dataclass(slots=True)
class Moments:
    """Count, mean and sum of squared deviations of values seen so far; blocks are merged without cancellation.

    T. Chan, G. Golub and R. LeVeque, "Updating formulae and a pairwise algorithm", 1979.
    """

    count: int = 0
    mean: float = 0.0
    deviation: float = 0.0

    def push(self, values: NDArray[np.float32]) -> None:
        """Take in a block of any shape, in double precision."""
        if not values.size:
            return
        block = values.ravel().astype(np.float64)
        mean = float(block.mean())
        block -= mean
        count = self.count + values.size
        step = mean - self.mean
        self.deviation += float(np.einsum("i,i", block, block)) + step**2 * self.count * values.size / count
        self.mean += step * values.size / count
        self.count = count

    @property
    def variance(self) -> float:
        """Population variance: divided by the count."""
        return self.deviation / self.count


class OverlapAdd:
    """Windowed inverse frames in, finished samples out, divided by the sum of squared windows.

    Positions run from the first padded sample: n_fft / 2 samples before the first real one.
    """

    def __init__(self, window: NDArray[np.float32], hop: int, n_frames: int) -> None:
        self._hop = hop
        self._n_frames = n_frames
        self._overlap = -(-len(window) // hop)
        self._squares = self._cut(np.square(window)[None])[0]
        self._open = np.zeros((self._overlap - 1, hop), np.float32)
        self._row = 0

    def _cut(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Frames (n, length) as (n, overlap, hop), the last stretch filled up with zeros."""
        missing = self._overlap * self._hop - frames.shape[1]
        if missing:
            frames = np.pad(frames, ((0, 0), (0, missing)))
        return frames.reshape(len(frames), self._overlap, self._hop)

    def push(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add frames (n, n_fft), already windowed; return the n * hop samples they finish."""
        stretches = self._cut(frames)
        rows = np.zeros((len(frames) + self._overlap - 1, self._hop), np.float32)
        rows[: self._overlap - 1] = self._open
        for position in range(self._overlap):
            rows[position : position + len(frames)] += stretches[:, position]
        self._open = rows[len(frames) :].copy()
        return self._finished(rows[: len(frames)])

    def finish(self) -> NDArray[np.float32]:
        """Return the samples still open after the last frame."""
        return self._finished(self._open)

    def _finished(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        frame_of_stretch = self._row + np.arange(len(rows))[:, None] - np.arange(self._overlap)
        exists = (frame_of_stretch >= 0) & (frame_of_stretch < self._n_frames)
        energy = tiled_product(exists.astype(np.float32), self._squares)
        self._row += len(rows)
        # Only the very first sample, which the caller trims, can have no window over it.
        energy[energy == 0] = 1
        finished: NDArray[np.float32] = (rows / energy).ravel()
        return finished
