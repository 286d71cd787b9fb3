"""Fourier transforms as straight-line C, by the conjugate-pair split-radix recursion.

I. Kamar and Y. Elcherif, "Conjugate pair fast Fourier transform", 1989: fewest multiplications of the common
algorithms, and one twiddle a butterfly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Complex", "Emitter", "transform", "turn", "turned_pair"]


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

    def add_i(self, a: Complex, b: Complex) -> Complex:
        """a + i b."""
        return Complex(self.let(f"{a.re} - {b.im}"), self.let(f"{a.im} + {b.re}"))

    def sub_i(self, a: Complex, b: Complex) -> Complex:
        """a - i b."""
        return Complex(self.let(f"{a.re} + {b.im}"), self.let(f"{a.im} - {b.re}"))

    def add_conjugate(self, a: Complex, b: Complex) -> Complex:
        return Complex(self.let(f"{a.re} + {b.re}"), self.let(f"{a.im} - {b.im}"))

    def sub_conjugate(self, a: Complex, b: Complex) -> Complex:
        return Complex(self.let(f"{a.re} - {b.re}"), self.let(f"{a.im} + {b.im}"))

    def read(self, a: Complex) -> Complex:
        return Complex(self.let(a.re), self.let(a.im))

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
        forward, backward, scale = turned_pair(emit, ahead[k], behind[k], k, n)
        both, apart = emit.add(forward, backward), emit.sub(forward, backward)
        out[k :: n // 4] = emit.butterfly(even[k], even[k + n // 4], both, apart, scale)
    return out


def turned_pair(emit: Emitter, ahead: Complex, behind: Complex, k: int, n: int) -> tuple[Complex, Complex, float]:
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


def turn(emit: Emitter, a: Complex, k: int, n: int) -> Complex:
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
    parts = [[turn(emit, value, r * k, n) for k, value in enumerate(dft(emit, list(range(r, n, 4))))] for r in range(4)]
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
