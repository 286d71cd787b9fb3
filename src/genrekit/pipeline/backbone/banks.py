"""The filter banks at the nets' front, as graph nodes: filters over time and frequency, and their maximum.

See `graph` for what is rearranged and why it may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from genrekit.pipeline.backbone.builder import GraphBuilder
from genrekit.pipeline.backbone.layers import BANKS, Bank, Variables, read_bank, same_padding
from genrekit.pipeline.backbone.spectral import Matrix, Transform, plan_transform

N_BANDS: Final = 96

# Filters side by side in a row: 16 times 125 frames is the widest row that the runtime's pooling takes fast.
_BLOCK: Final = 16
# Whole vectors of channels: the runtime then pools what is filtered in its blocked layout, without a copy.
_LANES: Final = 8
# Filters worked on together: more would no longer fit the cache, fewer make more nodes to load.
_GROUP: Final = 48
_FAR: Final = 2**31


def _add_ones(graph: GraphBuilder, mel: str) -> str:
    """A signal of ones as long as a patch, (1, 1, n_frames)."""
    first = graph.integers("first", [0, 0])
    second = graph.integers("second", [1, 1])
    column = graph.add("Slice", [mel, first, second, graph.integers("axes", [0, 2])], "ones.column")
    zeros = graph.add("Sub", [column, column], "ones.zeros")
    ones = graph.add("Add", [zeros, graph.floats("one", np.ones(1))], "ones.values")
    return graph.add("Transpose", [ones], "ones", perm=[0, 2, 1])


def _add_edge(graph: GraphBuilder, bank: Bank, ones: str, name: str) -> str:
    """What bias and input offset add to the maximum, (1, channels, n_frames)."""
    summed = graph.floats(f"{name}.summed", bank.kernel.sum(axis=2)[:, None] * bank.edge[:, None, None])
    bias = graph.floats(f"{name}.bias", bank.bias)
    return graph.add("Conv", [ones, summed, bias], f"{name}.edge", pads=same_padding(bank.kernel.shape[1]))


def _add_direct_bank(graph: GraphBuilder, bank: Bank, image: str, name: str) -> str:
    """Filters over time alone: maximum over the bands, (n, channels, n_frames)."""
    before, after = same_padding(bank.kernel.shape[1])
    kernel = graph.floats(f"{name}.kernel", bank.kernel[:, None])
    filtered = graph.add("Conv", [image, kernel], f"{name}.filtered", pads=[before, 0, after, 0])
    best = graph.add("MaxPool", [filtered], f"{name}.best", kernel_shape=[1, N_BANDS])
    return graph.add("Squeeze", [best, graph.integers(f"{name}.last", [3])], f"{name}.max")


def _add_spectra(graph: GraphBuilder, plan: Transform, matrix: Matrix, padded: str, taps: int, name: str) -> str:
    """One half of a complex product's signal side, at every tap, (n, 1, bins, taps * pieces * 2, n_frames)."""
    flat = graph.add("MatMul", [graph.floats(f"{name}.transform", matrix), padded], f"{name}.flat")
    shape = graph.integers(f"{name}.shape", [0, 1, plan.bins, plan.pieces * 2, -1])
    spectrum = graph.add("Reshape", [flat, shape], f"{name}.bins")
    axis = graph.integers(f"{name}.axis", [4])
    shifted = []
    for tap in range(taps):
        start = graph.integers(f"{name}.start{tap}", [tap])
        end = graph.integers(f"{name}.end{tap}", [tap - taps + 1 if tap < taps - 1 else _FAR])
        shifted.append(graph.add("Slice", [spectrum, start, end, axis], f"{name}.tap{tap}"))
    return graph.add("Concat", shifted, name, axis=3)


def _kernel_spectra(bank: Bank, plan: Transform) -> Matrix:
    """The bank's kernels as they meet the signal's spectra, float64 (bins, channels, taps * pieces * 2)."""
    channels, taps, width = bank.kernel.shape
    filled = np.zeros((channels, taps, plan.pieces * plan.piece_width))
    filled[:, :, :width] = bank.kernel
    parts = filled.reshape(channels, taps, plan.pieces, plan.piece_width) @ plan.kernel
    ordered = parts.reshape(channels, taps, plan.pieces, plan.bins, 2).transpose(3, 0, 1, 2, 4)
    return ordered.reshape(plan.bins, channels, -1)


def _add_group(graph: GraphBuilder, plan: Transform, products: Matrix, name: str, group: str) -> str:
    """The maximum over places of some blocks of channels, (n, blocks, 1, channels of a block * n_frames)."""
    blocks = products.reshape(plan.bins, -1, _BLOCK, products.shape[2]).transpose(1, 0, 2, 3)
    kernel = graph.floats(f"{group}.kernel", blocks)
    rows = graph.integers(f"{group}.rows", [0, len(blocks), plan.bins, -1])
    places = []
    for kind in ("even", "odd"):
        sums = graph.add("MatMul", [kernel, f"{name}.{kind}_spectra"], f"{group}.{kind}_sums")
        flat = graph.add("Reshape", [sums, rows], f"{group}.{kind}_rows")
        places.append(graph.add("MatMul", [f"{name}.{kind}", flat], f"{group}.{kind}_places"))
    larger = graph.add("Add", [places[0], graph.add("Abs", [places[1]], f"{group}.size")], f"{group}.larger")
    return graph.add("MaxPool", [larger], f"{group}.max", kernel_shape=[plan.even.shape[0], 1])


def _add_spectral_bank(graph: GraphBuilder, bank: Bank, padded: str, name: str) -> str:
    """Filters over time and bands: maximum over places, (n, channels, n_frames)."""
    channels, taps, width = bank.kernel.shape
    plan = plan_transform(N_BANDS, width, bank.pieces)
    _add_spectra(graph, plan, plan.real, padded, taps, f"{name}.even_spectra")
    _add_spectra(graph, plan, plan.imaginary, padded, taps, f"{name}.odd_spectra")
    graph.floats(f"{name}.even", plan.even)
    graph.floats(f"{name}.odd", plan.odd)
    products = _kernel_spectra(bank, plan)
    parts = [
        _add_group(graph, plan, products[:, start : start + _GROUP], name, f"{name}.from{start}")
        for start in range(0, channels, _GROUP)
    ]
    joined = graph.add("Concat", parts, f"{name}.joined", axis=1)
    return graph.add("Reshape", [joined, graph.integers(f"{name}.shape", [0, channels, -1])], f"{name}.max")


def add_front(graph: GraphBuilder, nets: Sequence[Variables], mel: str) -> list[str]:
    """The front of all nets.

    Args:
        graph: receives the nodes.
        nets: variables of each.
        mel: value (n, n_frames, 96).

    Returns:
        For each net its features before the middle layers, (n, 561, n_frames).
    """
    banks = [read_bank(nets, spec).filled(_BLOCK if spec.pieces else _LANES) for spec in BANKS]
    ones = _add_ones(graph, mel)
    image = graph.add("Unsqueeze", [mel, graph.integers("front.channel", [1])], "front.image")
    turned = graph.add("Transpose", [mel], "front.turned", perm=[0, 2, 1])
    before, after = same_padding(banks[0].kernel.shape[1])
    padded = graph.add("Pad", [turned, graph.integers("front.pads", [0, 0, before, 0, 0, after])], "front.padded")
    extremes = []
    for index, bank in enumerate(banks):
        name = f"bank{index}"
        if bank.pieces:
            best = _add_spectral_bank(graph, bank, padded, name)
        else:
            best = _add_direct_bank(graph, bank, image, name)
        extremes.append(graph.add("Add", [best, _add_edge(graph, bank, ones, name)], f"{name}.extreme"))
    features = _add_activation(graph, banks, graph.add("Concat", extremes, "front.extremes", axis=1))
    return [_add_choice(graph, banks, features, index) for index in range(len(nets))]


def _add_activation(graph: GraphBuilder, banks: Sequence[Bank], extremes: str) -> str:
    """From the maximum of the turned filters to the norm's output: what the net's own order gives."""

    def column(name: str, parts: list[Matrix]) -> str:
        return graph.floats(name, np.concatenate(parts)[:, None])

    signed = graph.add("Mul", [extremes, column("front.sign", [bank.sign for bank in banks])], "front.signed")
    rectified = graph.add("Relu", [signed], "front.rectified")
    scale = column("front.scale", [bank.norm.scale for bank in banks])
    offset = column("front.offset", [bank.norm.offset for bank in banks])
    return graph.add("Add", [graph.add("Mul", [rectified, scale], "front.scaled"), offset], "front.features")


def _add_choice(graph: GraphBuilder, banks: Sequence[Bank], features: str, net: int) -> str:
    """One net's channels, out of banks that hold all nets' channels side by side."""
    chosen: list[int] = []
    first = 0
    for bank in banks:
        chosen += range(first + net * bank.channels, first + (net + 1) * bank.channels)
        first += bank.kernel.shape[0]
    return graph.add("Gather", [features, graph.integers(f"front.net{net}", chosen)], f"front.features{net}", axis=1)
