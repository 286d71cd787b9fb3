"""Change of sample rate by one fixed windowed-sinc filter, run as matrix products.

The filter is part of the pretrained backbone (its mel bands above 7 kHz follow the filter's edge), so it
is written down here and nowhere else: a sinc with 64 zero crossings on each side at the lower of the two
rates, Kaiser window of beta 14.7697, cut-off 0.94759 of the lower Nyquist frequency, unit gain at 0 Hz.

With the rates in lowest terms `up / down`, output i is `sum_k x[k] h[i down - k up]` with h centred on 0
and zero beyond `64 max(up, down)`. Outputs whose index differs by `up` share their coefficients: a row of
outputs is a strided stretch of input times a fixed matrix, which BLAS computes at full speed, on the calling thread.
"""

from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from clipfeat.errors import AudioError, AudioReason, ConfigError
from clipfeat.products import tiled_product

ZERO_CROSSINGS = 64
KAISER_BETA = 14.769656459379492
ROLL_OFF = 0.9475937167399596
# Beyond this term the nearest ratio within it is used: a stray rate such as 47,999 Hz then shifts pitch by at
# most a tenth of a cent (6.1e-5 of the rate) instead of asking for hundreds of megabytes of filter.
LARGEST_TERM = 8192
_GROUP_OUTPUTS = 32
_ROW_OUTPUTS = 128
_BLOCK_OUTPUTS = 12_288
_CACHE_BYTES = 32 * 2**20


@dataclass(frozen=True)
class _Group:
    """Neighbouring outputs of a row: `offset` input samples into the row, times `matrix` (width, n_outputs)."""

    offset: int
    matrix: NDArray[np.float32]


@dataclass(frozen=True)
class _Plan:
    """One pair of rates: a row reads `span` inputs, gives `outputs`, and the next begins `step` inputs later."""

    up: int
    down: int
    outputs: int
    step: int
    span: int
    lead: int
    rows: int
    groups: tuple[_Group, ...]

    @property
    def nbytes(self) -> int:
        return sum(group.matrix.nbytes for group in self.groups)

    def output_length(self, n_samples: int) -> int:
        return -(-n_samples * self.up // self.down)


def fir(up: int, down: int) -> NDArray[np.float64]:
    """Return the low-pass filter, float64 (128 * max(up, down) + 1,), sum 1, at `up` times the source rate.

    Source of the shape: the windowed-sinc interpolation of J. O. Smith, "Digital Audio Resampling", 2002.
    """
    widest = max(up, down)
    t = np.arange(ZERO_CROSSINGS * widest + 1) / widest
    window = np.i0(KAISER_BETA * np.sqrt(1.0 - (t / ZERO_CROSSINGS) ** 2))
    half = np.sinc(ROLL_OFF * t) * window
    taps: NDArray[np.float64] = np.concatenate((half[:0:-1], half))
    taps /= taps.sum()
    return taps


def ratio(source_rate: int, target_rate: int) -> tuple[int, int]:
    """Return (up, down) in lowest terms, both at most `LARGEST_TERM`: exact where the rates allow it.

    Raises `ConfigError` for a rate below 1 Hz or a ratio beyond 1 : `LARGEST_TERM`.
    """
    for rate in (source_rate, target_rate):
        if rate < 1:
            raise ConfigError(f"a sample rate must be at least 1 Hz, got {rate}")
    exact = Fraction(target_rate, source_rate)
    small = min(exact, 1 / exact)
    near = small.limit_denominator(LARGEST_TERM)
    if near == 0:
        raise ConfigError(f"cannot resample from {source_rate} Hz to {target_rate} Hz: the rates lie too far apart")
    up, down = near.numerator, near.denominator
    return (up, down) if exact <= 1 else (down, up)


def _group(taps: NDArray[np.float64], up: int, down: int, outputs: range, row_start: int) -> _Group:
    """Tabulate the coefficients of some outputs of row 0, whose first input has index `row_start`."""
    half = taps.size // 2
    first = -((half - outputs[0] * down) // up)
    last = (outputs[-1] * down + half) // up
    position = np.asarray(outputs) * down - np.arange(first, last + 1)[:, None] * up + half
    inside = (position >= 0) & (position < taps.size)
    matrix = np.where(inside, taps[np.clip(position, 0, taps.size - 1)], 0.0) * up
    return _Group(first - row_start, np.ascontiguousarray(matrix, dtype=np.float32))


def _build_plan(up: int, down: int) -> _Plan:
    taps = fir(up, down)
    half = taps.size // 2
    periods = max(1, round(_ROW_OUTPUTS / up))
    outputs = periods * up
    row_start = -(half // up)
    row_end = ((outputs - 1) * down + half) // up
    edges = np.linspace(0, outputs, max(1, round(outputs / _GROUP_OUTPUTS)) + 1).astype(int).tolist()
    parts = [range(start, stop) for start, stop in pairwise(edges)]
    return _Plan(
        up=up,
        down=down,
        outputs=outputs,
        step=periods * down,
        span=row_end - row_start + 1,
        lead=-row_start,
        rows=max(1, ceil(_BLOCK_OUTPUTS / outputs)),
        groups=tuple(_group(taps, up, down, part, row_start) for part in parts),
    )


class _PlanCache:
    """Plans by ratio, the least recently used dropped beyond `_CACHE_BYTES` (the newest always stays)."""

    def __init__(self) -> None:
        self._plans: OrderedDict[tuple[int, int], _Plan] = OrderedDict()
        self._lock = Lock()

    def get(self, up: int, down: int) -> _Plan:
        with self._lock:
            plan = self._plans.pop((up, down), None) or _build_plan(up, down)
            self._plans[up, down] = plan
            while len(self._plans) > 1 and self.nbytes > _CACHE_BYTES:
                self._plans.popitem(last=False)
            return plan

    @property
    def nbytes(self) -> int:
        return sum(plan.nbytes for plan in self._plans.values())


_plans = _PlanCache()


def _run_rows(plan: _Plan, inputs: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """Return `rows * plan.outputs` outputs from a stretch whose first row begins at inputs[0]."""
    result = np.empty((rows, plan.outputs), np.float32)
    column = 0
    for group in plan.groups:
        width, size = group.matrix.shape
        windows = np.lib.stride_tricks.sliding_window_view(inputs[group.offset :], width)
        # Overlapping rows are no BLAS operand: the copy keeps NumPy off its slow loop.
        stretch = np.ascontiguousarray(windows[: (rows - 1) * plan.step + 1 : plan.step])
        result[:, column : column + size] = tiled_product(stretch, group.matrix)
        column += size
    return result.reshape(-1)


class Resampler:
    """A stream of mono samples at one rate, taken in blocks of any size, given back at another rate.

    All `push` results and the `finish` result joined are bit for bit what `resample` returns for the joined
    input, whatever the cuts: the products are laid out by position in the stream, not by block.
    """

    def __init__(self, source_rate: int, target_rate: int) -> None:
        """Raise `ConfigError` for rates below 1 Hz or too far apart."""
        up, down = ratio(source_rate, target_rate)
        self._plan = None if up == down else _plans.get(up, down)
        lead = 0 if self._plan is None else self._plan.lead
        self._pending = np.zeros(lead, np.float32)
        self._received = 0
        self._emitted = 0

    def push(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take float32 samples (n,), return those that are settled, float32 (m,), maybe none.

        Raises `AudioError` when the block has more than one axis.
        """
        if block.ndim != 1:
            raise AudioError(AudioReason.BAD_SAMPLES, f"resampling takes mono samples (n,), got shape {block.shape}")
        block = block.astype(np.float32, copy=False)
        if self._plan is None:
            return block
        self._received += block.size
        self._pending = np.concatenate((self._pending, block))
        reach = (self._plan.rows - 1) * self._plan.step + self._plan.span
        blocks = max(0, (self._pending.size - reach) // (self._plan.rows * self._plan.step) + 1)
        return self._emit(self._plan, blocks)

    def finish(self) -> NDArray[np.float32]:
        """Return what is left, float32 (m,), as if silence followed the last sample."""
        if self._plan is None:
            return np.empty(0, np.float32)
        plan = self._plan
        missing = plan.output_length(self._received) - self._emitted
        blocks = -(-missing // (plan.rows * plan.outputs))
        needed = blocks * plan.rows * plan.step + plan.span
        self._pending = np.concatenate((self._pending, np.zeros(max(0, needed - self._pending.size), np.float32)))
        return self._emit(plan, blocks)[:missing]

    def _emit(self, plan: _Plan, blocks: int) -> NDArray[np.float32]:
        advance = plan.rows * plan.step
        parts = [_run_rows(plan, self._pending[i * advance :], plan.rows) for i in range(blocks)]
        self._pending = self._pending[blocks * advance :]
        joined = np.concatenate(parts) if parts else np.empty(0, np.float32)
        self._emitted += joined.size
        return joined


def resample(samples: NDArray[np.float32], source_rate: int, target_rate: int) -> NDArray[np.float32]:
    """Return mono samples (n,) at another rate, float32 (ceil(n * target / source),); equal rates: unchanged.

    Equals `scipy.signal.resample_poly(samples, up, down, window=fir(up, down))` to float32 rounding.
    Raises `ConfigError` for rates below 1 Hz or too far apart, `AudioError` for samples that are not mono.
    """
    stream = Resampler(source_rate, target_rate)
    settled = stream.push(samples)
    rest = stream.finish()
    return np.concatenate((settled, rest)) if rest.size else settled
