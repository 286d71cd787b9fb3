"""Sorting and merging networks after Batcher (1968), as straight-line C, pruned to what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["networks"]

Comparator = tuple[int, int]


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
        operation = _OPERATIONS.get((a in wanted, b in wanted))
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
