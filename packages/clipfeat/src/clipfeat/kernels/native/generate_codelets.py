"""Write the straight-line codelets of the compiled kernels: `python generate_codelets.py`.

Two families, both free of branches and loops, so that a compiler keeps their temporaries in registers:

* complex discrete Fourier transforms of 16 and 32 points by the conjugate-pair split-radix recursion
  (Kamar and Elcherif, 1989; fewest multiplications of the common algorithms, and one twiddle a butterfly);
* sorting and merging networks after Batcher (1968), and a pruned one that leaves only the two middle
  values of 128 sorted.

The text is committed, because building the extension must need nothing but a C compiler.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Comparator = tuple[int, int]


@dataclass(frozen=True)
class Complex:
    """The names of the two C variables that hold one complex value."""

    re: str
    im: str


@dataclass
class Emitter:
    """Collects C statements and names their results."""

    lines: list[str] = field(default_factory=list)

    def let(self, expression: str) -> str:
        name = f"t{len(self.lines)}"
        self.lines.append(f"    const V {name} = {expression};")
        return name

    def add(self, a: Complex, b: Complex) -> Complex:
        return Complex(self.let(f"{a.re} + {b.re}"), self.let(f"{a.im} + {b.im}"))

    def sub(self, a: Complex, b: Complex) -> Complex:
        return Complex(self.let(f"{a.re} - {b.re}"), self.let(f"{a.im} - {b.im}"))

    def half_turned(self, a: Complex, factor: float, swapped: bool, sign: str) -> Complex:
        """a turned by an angle, divided by its cosine (`factor` is the tangent) or, `swapped`, by its sine."""
        opposite = "-" if sign == "+" else "+"
        tangent = "" if factor == 1.0 else f" * C({factor:.20f})"
        if swapped:
            return Complex(self.let(f"{a.re}{tangent} {sign} {a.im}"), self.let(f"{a.im}{tangent} {opposite} {a.re}"))
        return Complex(self.let(f"{a.re} {sign} {a.im}{tangent}"), self.let(f"{a.im} {opposite} {a.re}{tangent}"))

    def butterfly(self, even: Complex, quarter: Complex, both: Complex, apart: Complex, scale: float) -> list[Complex]:
        """even + s both, quarter - i s apart, even - s both, quarter + i s apart: one fused operation each."""
        s = "" if scale == 1.0 else f" * C({scale:.20f})"
        lines = (
            (f"{even.re} + {both.re}{s}", f"{even.im} + {both.im}{s}"),
            (f"{quarter.re} + {apart.im}{s}", f"{quarter.im} - {apart.re}{s}"),
            (f"{even.re} - {both.re}{s}", f"{even.im} - {both.im}{s}"),
            (f"{quarter.re} - {apart.im}{s}", f"{quarter.im} + {apart.re}{s}"),
        )
        return [Complex(self.let(re), self.let(im)) for re, im in lines]


def dft(emit: Emitter, indices: list[int]) -> list[Complex]:
    """Transform of the inputs at `indices`, which are read when the recursion first needs them."""
    n = len(indices)
    if n == 1:
        return [Complex(emit.let(f"IN_RE({indices[0]})"), emit.let(f"IN_IM({indices[0]})"))]
    if n == 2:
        first, second = dft(emit, indices[:1]) + dft(emit, indices[1:])
        return [emit.add(first, second), emit.sub(first, second)]
    even = dft(emit, indices[0::2])
    ahead = dft(emit, indices[1::4])
    behind = dft(emit, [indices[(4 * i - 1) % n] for i in range(n // 4)])
    out: list[Complex] = [even[0]] * n
    for k in range(n // 4):
        forward, backward, scale = _turned_pair(emit, ahead[k], behind[k], k, n)
        both, apart = emit.add(forward, backward), emit.sub(forward, backward)
        out[k :: n // 4] = emit.butterfly(even[k], even[k + n // 4], both, apart, scale)
    return out


def _turned_pair(emit: Emitter, ahead: Complex, behind: Complex, k: int, n: int) -> tuple[Complex, Complex, float]:
    """ahead exp(-2 pi i k / n) and behind exp(2 pi i k / n), both divided by the returned scale.

    The scale, a cosine or a sine that both share, is multiplied in by the butterfly that follows: with fused
    multiply-adds a turn then costs two operations instead of four.
    """
    if k == 0:
        return ahead, behind, 1.0
    cos, sin = math.cos(2 * math.pi * k / n), math.sin(2 * math.pi * k / n)
    swapped = 8 * k > n
    factor, scale = (cos / sin, sin) if swapped else (sin / cos, cos)
    factor = 1.0 if 8 * k == n else factor
    return emit.half_turned(ahead, factor, swapped, "+"), emit.half_turned(behind, factor, swapped, "-"), scale


def _turn(emit: Emitter, a: Complex, k: int, n: int) -> Complex:
    """a exp(-2 pi i k / n)."""
    if k == 0:
        return a
    if 4 * k == n:
        return Complex(a.im, f"(-{a.re})")
    cos, sin = math.cos(2 * math.pi * k / n), math.sin(2 * math.pi * k / n)
    if 8 * k == n:
        total, difference = emit.let(f"{a.re} + {a.im}"), emit.let(f"{a.im} - {a.re}")
        return Complex(emit.let(f"{total} * C({cos:.20f})"), emit.let(f"{difference} * C({cos:.20f})"))
    return Complex(
        emit.let(f"{a.re} * C({cos:.20f}) + {a.im} * C({sin:.20f})"),
        emit.let(f"{a.im} * C({cos:.20f}) - {a.re} * C({sin:.20f})"),
    )


def dft_by_fours(emit: Emitter, n: int) -> list[Complex]:
    """Four transforms of n / 4, turned, then n / 4 transforms of four.

    A few more operations than one recursion over n, but a transform of eight fits into sixteen registers: what has
    to be put aside is its results alone, and the whole is a fifth faster.
    """
    quarter = n // 4
    parts = [
        [_turn(emit, value, r * k, n) for k, value in enumerate(dft(emit, list(range(r, n, 4))))] for r in range(4)
    ]
    out: list[Complex] = parts[0] * 4
    for k in range(quarter):
        a, b, c, d = (part[k] for part in parts)
        both, apart = emit.add(b, d), emit.sub(b, d)
        out[k::quarter] = emit.butterfly(emit.add(a, c), emit.sub(a, c), both, apart, 1.0)
    return out


def transform(n: int) -> Iterator[str]:
    """The body of a function: inputs IN_RE(i), IN_IM(i), constants C(x), results OUT(i, re, im)."""
    emit = Emitter()
    outputs = dft_by_fours(emit, n)
    yield f"/* Written by generate_codelets.py: {n} points of type V between IN_RE, IN_IM and OUT. */"
    yield from emit.lines
    yield from (f"    OUT({i}, {value.re}, {value.im});" for i, value in enumerate(outputs))


def merge_network(first: int, last: int, stride: int) -> Iterator[Comparator]:
    """Batcher's odd-even merge of the two sorted halves of wires first, first + stride, ... up to last."""
    step = stride * 2
    if step < last - first:
        yield from merge_network(first, last, step)
        yield from merge_network(first + stride, last, step)
        yield from ((i, i + stride) for i in range(first + stride, last - stride, step))
    else:
        yield (first, first + stride)


def sort_network(first: int, count: int) -> Iterator[Comparator]:
    if count > 1:
        half = count // 2
        yield from sort_network(first, half)
        yield from sort_network(first + half, half)
        yield from merge_network(first, first + count - 1, 1)


def network(name: str, count: int, comparators: Iterator[Comparator]) -> Iterator[str]:
    """A function that sorts (or merges) `count` values of `in` to `out`, which may be the same."""
    yield f"static inline ALWAYS_INLINE void {name}(const VF *in, VF *out) {{"
    yield from (f"    VF v{i} = in[{i}];" for i in range(count))
    yield from (f"    COMPARE(v{a}, v{b});" for a, b in comparators)
    yield from (f"    out[{i}] = v{i};" for i in range(count))
    yield "}"


_OPERATIONS = {(True, True): "COMPARE", (True, False): "LOWER", (False, True): "UPPER"}


def middle_pair(name: str, count: int) -> Iterator[str]:
    """Sum of the two middle values of `count` rows: a sort from which everything else is pruned."""
    wanted = {count // 2 - 1, count // 2}
    kept: list[str] = []
    for a, b in reversed(list(sort_network(0, count))):
        operation = {(True, True): "COMPARE", (True, False): "LOWER", (False, True): "UPPER"}.get(
            (a in wanted, b in wanted)
        )
        if operation:
            kept.append(f"    {operation}(v[{a}], v[{b}]);")
            wanted |= {a, b}
    yield f"static NOINLINE VF {name}(VF *v) {{"
    yield from reversed(kept)
    yield f"    return v[{count // 2 - 1}] + v[{count // 2}];"
    yield "}"


@dataclass
class Ranks:
    """Min and max statements over named values, of which only the needed ones are written."""

    nodes: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def node(self, function: str, a: str, b: str) -> str:
        name = f"m{len(self.nodes)}"
        self.nodes[name] = (function, a, b)
        return name

    def merge(self, a: list[str], b: list[str]) -> list[str]:
        """Batcher's odd-even merge of two sorted sequences of any lengths."""
        if not a or not b:
            return [*a, *b]
        if len(a) == len(b) == 1:
            return [self.node("vmin", a[0], b[0]), self.node("vmax", a[0], b[0])]
        even, odd = self.merge(a[::2], b[::2]), self.merge(a[1::2], b[1::2])
        merged = even[:1]
        for upper, lower in zip(even[1:], odd, strict=False):
            merged += [self.node("vmin", upper, lower), self.node("vmax", upper, lower)]
        pairs = min(len(even) - 1, len(odd))
        return merged + even[1 + pairs :] + odd[pairs:]

    def needed(self, outputs: list[str]) -> list[str]:
        wanted = set(outputs)
        for name in reversed(self.nodes):
            if name in wanted:
                wanted |= set(self.nodes[name][1:])
        return [name for name in self.nodes if name in wanted]


def keep_middle(name: str, n: int) -> Iterator[str]:
    """A function that keeps the n middle ranks of the sorted `kept` (2 n) and `added` (n), sorted."""
    ranks = Ranks()
    outputs = ranks.merge([f"a{i}" for i in range(2 * n)], [f"b{i}" for i in range(n)])[n : 2 * n]
    yield f"static inline ALWAYS_INLINE void {name}(const VF *kept, const VF *added, VF *out) {{"
    yield from (f"    const VF a{i} = kept[{i}];" for i in range(2 * n))
    yield from (f"    const VF b{i} = added[{i}];" for i in range(n))
    for node in ranks.needed(outputs):
        function, left, right = ranks.nodes[node]
        yield f"    const VF {node} = {function}({left}, {right});"
    yield from (f"    out[{i}] = {value};" for i, value in enumerate(outputs))
    yield "}"


def networks() -> Iterator[str]:
    yield "/* Written by generate_codelets.py: sorting networks over vectors of type VF. */"
    yield from network("sort_pairs8", 8, iter([(0, 1), (2, 3), (4, 5), (6, 7)]))
    yield from network("merge_pairs", 4, merge_network(0, 3, 1))
    yield from network("merge_fours", 8, merge_network(0, 7, 1))
    yield from network("merge_eights", 16, merge_network(0, 15, 1))
    yield from keep_middle("keep_eight", 8)
    yield from keep_middle("keep_four", 4)
    yield from keep_middle("keep_two", 2)
    yield from middle_pair("middle_pair128", 128)


def main() -> None:
    here = Path(__file__).parent
    written = {"dft16.h": transform(16), "dft32.h": transform(32), "sort_networks.h": networks()}
    for name, lines in written.items():
        (here / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
