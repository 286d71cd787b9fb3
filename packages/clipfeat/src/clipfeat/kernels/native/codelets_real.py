"""Transforms between real values and their spectrum: the recursion of `codelets_fourier.py`, halved by symmetry.

Of a spectrum X of n real values only X[0] .. X[n / 2] are computed, since X[n - k] is the conjugate of X[k].
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from codelets_fourier import Complex, Emitter, turn, turned_pair

__all__ = ["inverse_real_transform", "real_transform"]


class Hermitian:
    """Values 0 .. n / 2 of the spectrum of n real values; the first and the last are real."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.ends: dict[int, str] = {}
        self.inner: dict[int, Complex] = {}


def real_dft(emit: Emitter, indices: list[int]) -> Hermitian:
    """Spectrum of the real inputs at `indices`: the same recursion, halved by its symmetry."""
    n = len(indices)
    out = Hermitian(n)
    if n == 2:
        first, second = (emit.let(f"IN({i})") for i in indices)
        out.ends = {0: emit.let(f"{first} + {second}"), 1: emit.let(f"{first} - {second}")}
        return out
    even = real_dft(emit, indices[0::2])
    if n == 4:
        ahead, behind = emit.let(f"IN({indices[1]})"), emit.let(f"IN({indices[3]})")
        _real_ends(emit, even, ahead, behind, out)
        return out
    one, other = real_dft(emit, indices[1::4]), real_dft(emit, [indices[(4 * i - 1) % n] for i in range(n // 4)])
    _real_ends(emit, even, one.ends[0], other.ends[0], out)
    for k in range(1, n // 8):
        forward, backward, scale = turned_pair(emit, one.inner[k], other.inner[k], k, n)
        both, apart = emit.add(forward, backward), emit.sub(forward, backward)
        _real_butterfly(emit, even, both, apart, scale, k, out)
    _real_eighth(emit, even, one.ends[n // 8], other.ends[n // 8], out)
    return out


def _real_ends(emit: Emitter, even: Hermitian, ahead: str, behind: str, out: Hermitian) -> None:
    """Values 0, n / 4 and n / 2."""
    both, apart = emit.let(f"{ahead} + {behind}"), emit.let(f"{behind} - {ahead}")
    out.ends = {0: emit.let(f"{even.ends[0]} + {both}"), out.n // 2: emit.let(f"{even.ends[0]} - {both}")}
    out.inner[out.n // 4] = Complex(even.ends[out.n // 4], apart)


def _real_butterfly(
    emit: Emitter, even: Hermitian, both: Complex, apart: Complex, scale: float, k: int, out: Hermitian
) -> None:
    """Values k, n / 2 - k, n / 4 + k and n / 4 - k, as `Emitter.butterfly` has them, conjugated where it has others."""
    half, quarter, s = out.n // 2, out.n // 4, f" * C({scale:.20f})"
    low, high = even.inner[k], even.inner[quarter - k]
    out.inner[k] = Complex(emit.let(f"{low.re} + {both.re}{s}"), emit.let(f"{low.im} + {both.im}{s}"))
    out.inner[half - k] = Complex(emit.let(f"{low.re} - {both.re}{s}"), emit.let(f"{both.im}{s} - {low.im}"))
    out.inner[quarter + k] = Complex(emit.let(f"{high.re} + {apart.im}{s}"), emit.let(f"-{high.im} - {apart.re}{s}"))
    out.inner[quarter - k] = Complex(emit.let(f"{high.re} - {apart.im}{s}"), emit.let(f"{high.im} - {apart.re}{s}"))


def _real_eighth(emit: Emitter, even: Hermitian, ahead: str, behind: str, out: Hermitian) -> None:
    """Values n / 8 and 3 n / 8, where both turned values are real before they are turned."""
    s, middle = f" * C({math.sqrt(0.5):.20f})", even.inner[out.n // 8]
    total, gap = emit.let(f"{ahead} + {behind}"), emit.let(f"{behind} - {ahead}")
    out.inner[out.n // 8] = Complex(emit.let(f"{middle.re} + {total}{s}"), emit.let(f"{middle.im} + {gap}{s}"))
    out.inner[3 * out.n // 8] = Complex(emit.let(f"{middle.re} - {total}{s}"), emit.let(f"{gap}{s} - {middle.im}"))


def real_dft_by_fours(emit: Emitter, n: int) -> Hermitian:
    """As `dft_by_fours`: four transforms of n / 4 real values, turned, then transforms of four across them."""
    parts = [real_dft(emit, list(range(r, n, 4))) for r in range(4)]
    out, half, quarter = Hermitian(n), n // 2, n // 4
    a, b, c, d = (part.ends[0] for part in parts)
    both = emit.let(f"{a} + {c}"), emit.let(f"{b} + {d}")
    out.ends = {0: emit.let(f"{both[0]} + {both[1]}"), half: emit.let(f"{both[0]} - {both[1]}")}
    out.inner[quarter] = Complex(emit.let(f"{a} - {c}"), emit.let(f"{d} - {b}"))
    for k in range(1, quarter // 2):
        w, x, y, z = (turn(emit, part.inner[k], r * k, n) for r, part in enumerate(parts))
        t, u, v, o = emit.add(w, y), emit.sub(w, y), emit.add(x, z), emit.sub(x, z)
        out.inner[k] = emit.add(t, v)
        out.inner[half - k] = Complex(emit.let(f"{t.re} - {v.re}"), emit.let(f"{v.im} - {t.im}"))
        out.inner[quarter + k] = emit.sub_i(u, o)
        out.inner[quarter - k] = Complex(emit.let(f"{u.re} - {o.im}"), emit.let(f"-{u.im} - {o.re}"))
    _real_last(emit, [part.ends[quarter // 2] for part in parts], out)
    return out


def _real_last(emit: Emitter, parts: list[str], out: Hermitian) -> None:
    """Values n / 8 and 3 n / 8: the last ones of the four parts are real before they are turned."""
    a, b, c, d = parts
    s = f" * C({math.sqrt(0.5):.20f})"
    total, gap = emit.let(f"{b} + {d}"), emit.let(f"{b} - {d}")
    out.inner[out.n // 8] = Complex(emit.let(f"{a} + {gap}{s}"), emit.let(f"-{c} - {total}{s}"))
    out.inner[3 * out.n // 8] = Complex(emit.let(f"{a} - {gap}{s}"), emit.let(f"{c} - {total}{s}"))


def inverse_real_dft(emit: Emitter, spectrum: Hermitian) -> list[str]:
    """The real values of a spectrum, times their number, by the recursion run backwards."""
    n, ends, inner = spectrum.n, spectrum.ends, spectrum.inner
    total, gap = emit.let(f"{ends[0]} + {ends[n // 2]}"), emit.let(f"{ends[0]} - {ends[n // 2]}")
    if n == 2:
        return [total, gap]
    middle = inner[n // 4]
    even = Hermitian(n // 2)
    even.ends = {0: total, n // 4: emit.let(f"{middle.re} + {middle.re}")}
    ahead = emit.let(f"{gap} - {middle.im} * C(2.0)")
    behind = emit.let(f"{gap} + {middle.im} * C(2.0)")
    out = [""] * n
    if n == 4:
        out[0::2], out[1::2] = inverse_real_dft(emit, even), [ahead, behind]
        return out
    one, other = Hermitian(n // 4), Hermitian(n // 4)
    one.ends[0], other.ends[0] = ahead, behind
    for k in range(1, n // 8):
        _inverse_butterfly(emit, spectrum, k, even, one, other)
    _inverse_eighth(emit, spectrum, even, one, other)
    out[0::2] = inverse_real_dft(emit, even)
    out[1::4] = inverse_real_dft(emit, one)
    for i, value in enumerate(inverse_real_dft(emit, other)):
        out[(4 * i - 1) % n] = value
    return out


def _inverse_butterfly(
    emit: Emitter, spectrum: Hermitian, k: int, even: Hermitian, one: Hermitian, other: Hermitian
) -> None:
    """From values k, n / 2 - k, n / 4 + k, n / 4 - k: two of the even part, one of each odd part."""
    n, x = spectrum.n, spectrum.inner
    low, high, above, below = x[k], x[n // 2 - k], x[n // 4 + k], x[n // 4 - k]
    even.inner[k] = emit.add_conjugate(low, high)
    even.inner[n // 4 - k] = emit.add_conjugate(below, above)
    first, second = emit.sub_conjugate(low, high), emit.sub_conjugate(above, below)
    one.inner[k] = _turn_back(emit, emit.add_i(first, second), k, n)
    other.inner[k] = turn(emit, emit.sub_i(first, second), k, n)


def _inverse_eighth(emit: Emitter, spectrum: Hermitian, even: Hermitian, one: Hermitian, other: Hermitian) -> None:
    """From values n / 8 and 3 n / 8: one of the even part, the real last ones of the odd parts."""
    n, low, high = spectrum.n, spectrum.inner[spectrum.n // 8], spectrum.inner[3 * spectrum.n // 8]
    even.inner[n // 8] = emit.add_conjugate(low, high)
    gap, total = emit.let(f"{low.re} - {high.re}"), emit.let(f"{low.im} + {high.im}")
    s = f" * C({math.sqrt(2.0):.20f})"
    one.ends[n // 8] = emit.let(f"({gap} - {total}){s}")
    other.ends[n // 8] = emit.let(f"({gap} + {total}){s}")


def _turn_back(emit: Emitter, a: Complex, k: int, n: int) -> Complex:
    """a exp(2 pi i k / n)."""
    swapped = turn(emit, Complex(a.im, a.re), k, n)
    return Complex(swapped.im, swapped.re)


def inverse_real_dft_by_fours(emit: Emitter, n: int) -> list[str]:
    """The steps of `real_dft_by_fours` backwards: transforms of four, turned back, then four of n / 4."""
    half, quarter = n // 2, n // 4
    x = [Complex(f"IN_RE({k})", f"IN_IM({k})") for k in range(half + 1)]
    parts = [Hermitian(quarter) for _ in range(4)]
    for k in range(1, quarter // 2):
        low, high, above, below = (emit.read(x[i]) for i in (k, half - k, quarter + k, quarter - k))
        t, u = emit.add_conjugate(low, high), emit.sub_conjugate(low, high)
        v, o = emit.add_conjugate(above, below), emit.sub_conjugate(above, below)
        sums = emit.add(t, v), emit.add_i(u, o), emit.sub(t, v), emit.sub_i(u, o)
        for r, value in enumerate(sums):
            parts[r].inner[k] = _turn_back(emit, value, r * k, n)
    _inverse_first(emit, x[0].re, emit.read(x[quarter]), x[half].re, parts)
    _inverse_last(emit, emit.read(x[n // 8]), emit.read(x[3 * n // 8]), parts)
    out = [""] * n
    for r, part in enumerate(parts):
        out[r::4] = inverse_real_dft(emit, part)
    return out


def _inverse_first(emit: Emitter, first: str, middle: Complex, last: str, parts: list[Hermitian]) -> None:
    """From values 0, n / 4 and n / 2: the real first ones of the four parts."""
    total, gap = emit.let(f"{first} + {last}"), emit.let(f"{first} - {last}")
    signed = (f"{total} + {middle.re}", f"{gap} - {middle.im}", f"{total} - {middle.re}", f"{gap} + {middle.im}")
    for part, expression in zip(parts, signed, strict=True):
        part.ends[0] = emit.let(f"{expression} * C(2.0)")


def _inverse_last(emit: Emitter, low: Complex, high: Complex, parts: list[Hermitian]) -> None:
    """From values n / 8 and 3 n / 8: the real last ones of the four parts."""
    place, s = parts[0].n // 2, f" * C({math.sqrt(2.0):.20f})"
    gap, total = emit.let(f"{low.re} - {high.re}"), emit.let(f"{low.im} + {high.im}")
    parts[0].ends[place] = emit.let(f"({low.re} + {high.re}) * C(2.0)")
    parts[1].ends[place] = emit.let(f"({gap} - {total}){s}")
    parts[2].ends[place] = emit.let(f"({high.im} - {low.im}) * C(2.0)")
    parts[3].ends[place] = emit.let(f"({gap} + {total}) * C({-math.sqrt(2.0):.20f})")


def real_transform(n: int) -> Iterator[str]:
    """The body of a function: real inputs IN(i), results OUT(i, re, im) and OUT_END(i, re), i = 0 and n / 2."""
    emit = Emitter()
    spectrum = real_dft_by_fours(emit, n)
    yield f"/* Written by generate_codelets.py: {n} real points of type V between IN, OUT and OUT_END. */"
    yield from emit.lines
    yield from (f"    OUT_END({i}, {value});" for i, value in spectrum.ends.items())
    yield from (f"    OUT({i}, {value.re}, {value.im});" for i, value in sorted(spectrum.inner.items()))


def inverse_real_transform(n: int) -> Iterator[str]:
    """The body of a function: inputs IN_RE(i), IN_IM(i), i = 0 .. n / 2, results OUT(i, value), times n."""
    emit = Emitter()
    outputs = inverse_real_dft_by_fours(emit, n)
    yield f"/* Written by generate_codelets.py: {n} real points of type V from IN_RE and IN_IM to OUT. */"
    yield from emit.lines
    yield from (f"    OUT({i}, {value});" for i, value in enumerate(outputs))
