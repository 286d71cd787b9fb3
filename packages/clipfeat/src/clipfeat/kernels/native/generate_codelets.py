"""Write the straight-line codelets of the compiled kernels: `python generate_codelets.py > codelets.h`.

Two families, both free of branches and loops, so that a compiler keeps their temporaries in registers:

* complex discrete Fourier transforms of 16 and 32 points by the conjugate-pair split-radix recursion
  (Kamar and Elcherif, 1989; fewest multiplications of the common algorithms, and one twiddle a butterfly);
* sorting and merging networks after Batcher (1968), and a pruned one that leaves only the two middle
  values of 128 sorted.

The text is committed, because building the extension must need nothing but a C compiler.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

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

    def times_i(self, a: Complex) -> Complex:
        return Complex(f"(-{a.im})", a.re)

    def add_i(self, a: Complex, b: Complex) -> Complex:
        """a + i b."""
        return Complex(self.let(f"{a.re} - {b.im}"), self.let(f"{a.im} + {b.re}"))

    def sub_i(self, a: Complex, b: Complex) -> Complex:
        """a - i b."""
        return Complex(self.let(f"{a.re} + {b.im}"), self.let(f"{a.im} - {b.re}"))

    def rotate(self, a: Complex, k: int, n: int) -> Complex:
        """a exp(-2 pi i k / n)."""
        if k == 0:
            return a
        c, s = math.cos(2 * math.pi * k / n), math.sin(2 * math.pi * k / n)
        if 8 * abs(k) == n:
            return self._rotate_eighth(a, c, k > 0)
        cos, sin = f"C({c:.20f})", f"C({abs(s):.20f})"
        plus, minus = ("+", "-") if s > 0 else ("-", "+")
        return Complex(
            self.let(f"{a.re} * {cos} {plus} {a.im} * {sin}"),
            self.let(f"{a.im} * {cos} {minus} {a.re} * {sin}"),
        )

    def _rotate_eighth(self, a: Complex, c: float, clockwise: bool) -> Complex:
        total, difference = self.let(f"{a.re} + {a.im}"), self.let(f"{a.im} - {a.re}")
        scaled = [self.let(f"{name} * C({c:.20f})") for name in (total, difference)]
        return Complex(*scaled) if clockwise else Complex(f"(-{scaled[1]})", scaled[0])


def dft(emit: Emitter, values: list[Complex]) -> list[Complex]:
    n = len(values)
    if n == 1:
        return values
    if n == 2:
        return [emit.add(*values), emit.sub(*values)]
    even = dft(emit, values[0::2])
    ahead = dft(emit, values[1::4])
    behind = dft(emit, [values[(4 * i - 1) % n] for i in range(n // 4)])
    out: list[Complex] = [values[0]] * n
    for k in range(n // 4):
        forward, backward = emit.rotate(ahead[k], k, n), emit.rotate(behind[k], -k, n)
        both, apart = emit.add(forward, backward), emit.sub(forward, backward)
        out[k], out[k + n // 2] = emit.add(even[k], both), emit.sub(even[k], both)
        quarter = even[k + n // 4]
        out[k + n // 4], out[k + 3 * n // 4] = emit.sub_i(quarter, apart), emit.add_i(quarter, apart)
    return out


def dft_codelet(n: int) -> Iterator[str]:
    emit = Emitter()
    outputs = dft(emit, [Complex(f"re[{i} * step]", f"im[{i} * step]") for i in range(n)])
    arguments = "const V *re, const V *im, ptrdiff_t step, V *out_re, V *out_im"
    yield f"static NOINLINE void NAME(dft{n})({arguments}) {{"
    yield from emit.lines
    for i, value in enumerate(outputs):
        yield f"    out_re[{i}] = {value.re};"
        yield f"    out_im[{i}] = {value.im};"
    yield "}"
    yield f"/* The same, output i turned by turn[2 i] + i turn[2 i + 1]. */"
    yield f"static NOINLINE void NAME(dft{n}_turned)({arguments}, const S *turn) {{"
    yield from emit.lines
    for i, value in enumerate(outputs):
        yield f"    out_re[{i}] = {value.re} * turn[{2 * i}] - {value.im} * turn[{2 * i + 1}];"
        yield f"    out_im[{i}] = {value.im} * turn[{2 * i}] + {value.re} * turn[{2 * i + 1}];"
    yield "}"


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


def bitonic_network(low: int, count: int) -> Iterator[Comparator]:
    """Sort a bitonic sequence."""
    half = count // 2
    if half:
        yield from ((low + i, low + i + half) for i in range(half))
        yield from bitonic_network(low, half)
        yield from bitonic_network(low + half, half)


def network(name: str, count: int, comparators: Iterator[Comparator]) -> Iterator[str]:
    """A function that sorts (or merges) `count` values of `in` to `out`, which may be the same."""
    yield f"static inline ALWAYS_INLINE void {name}(const VF *in, VF *out) {{"
    yield from (f"    VF v{i} = in[{i}];" for i in range(count))
    yield from (f"    COMPARE(v{a}, v{b});" for a, b in comparators)
    yield from (f"    out[{i}] = v{i};" for i in range(count))
    yield "}"


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


def transforms() -> Iterator[str]:
    yield "/* Written by generate_codelets.py; included once for each number type V. */"
    for n in (16, 32):
        yield from dft_codelet(n)


def networks() -> Iterator[str]:
    yield "/* Written by generate_codelets.py. */"
    yield from network("sort_pairs8", 8, iter([(0, 1), (2, 3), (4, 5), (6, 7)]))
    yield from network("merge_pairs", 4, merge_network(0, 3, 1))
    yield from network("merge_fours", 8, merge_network(0, 7, 1))
    yield from network("merge_eights", 16, merge_network(0, 15, 1))
    yield from network("bitonic4", 4, bitonic_network(0, 4))
    yield from network("bitonic8", 8, bitonic_network(0, 8))
    yield from middle_pair("middle_pair128", 128)


def main() -> None:
    families = {"transforms": transforms, "networks": networks}
    if len(sys.argv) != 2 or sys.argv[1] not in families:
        sys.exit("usage: generate_codelets.py transforms | networks")
    print("\n".join(families[sys.argv[1]]()))


if __name__ == "__main__":
    main()
