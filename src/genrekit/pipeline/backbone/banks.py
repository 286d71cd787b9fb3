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

# Filters worked on together: 16 times 125 frames is the widest row that the runtime's pooling takes fast.
_CHUNK: Final = 16
# Channels of a block in the runtime's blocked layout.
_BLOCK: Final = 8
_FAR: Final = 2**31


def _add_ones(graph: GraphBuilder, mel: str) -> str:
    """A signal of ones as long as a patch, (1, 1, n_frames)."""
    first = graph.integers("first", [0, 0])
    second = graph.integers("second", [1, 1])
    column = graph.add("Slice", [mel, first, second, graph.integers("axes", [0, 2])], "ones.column")
    zeros = graph.add("Sub", [column, column], "ones.zeros")
    ones = graph.add("Add", [zeros, graph.floats("one", np.ones(1))], "ones.values")
    return graph.add("Transpose", [ones], "ones", perm=[0, 2, 1])


def _add_edge(graph: GraphBuilder, bank: Bank, summed: str, ones: str, name: str) -> str:
    """What bias and input offset add to the maximum, (1, channels, n_frames)."""
    padding = same_padding(bank.kernel.shape[1])
    answer = graph.add("Conv", [ones, summed], f"{name}.answer", pads=padding)
    edge = graph.floats(f"{name}.edge_factor", bank.edge[:, None])
    scaled = graph.add("Mul", [answer, edge], f"{name}.edge_scaled")
    return graph.add("Add", [scaled, graph.floats(f"{name}.bias", bank.bias[:, None])], f"{name}.edge")


def _add_direct_bank(graph: GraphBuilder, bank: Bank, image: str, ones: str, name: str) -> tuple[str, str]:
    """Filters over time alone: maximum over the bands (n, channels, n_frames), and edge."""
    channels, taps, _ = bank.kernel.shape
    before, after = same_padding(taps)
    # Whole blocks of channels: the runtime then pools in its blocked layout, without a copy of what is filtered.
    filled = np.concatenate([bank.kernel, np.zeros((-channels % _BLOCK, taps, 1))])
    kernel = graph.floats(f"{name}.kernel", filled[:, None])
    filtered = graph.add("Conv", [image, kernel], f"{name}.filtered", pads=[before, 0, after, 0])
    best = graph.add("MaxPool", [filtered], f"{name}.best", kernel_shape=[1, N_BANDS])
    bounds = [graph.integers(f"{name}.{word}", [value]) for word, value in (("from", 0), ("to", channels), ("axis", 1))]
    real = graph.add("Slice", [best, *bounds], f"{name}.real")
    flat = graph.add("Squeeze", [real, graph.integers(f"{name}.last", [3])], f"{name}.max")
    summed = graph.floats(f"{name}.summed", bank.kernel.transpose(0, 2, 1))
    return flat, _add_edge(graph, bank, summed, ones, name)


def _add_spectra(graph: GraphBuilder, plan: Transform, matrix: Matrix, padded: str, taps: int, name: str) -> str:
    """One half of a complex product's signal side, at every tap, (n, bins, taps * pieces * 2, n_frames)."""
    flat = graph.add("MatMul", [graph.floats(f"{name}.transform", matrix), padded], f"{name}.flat")
    shape = graph.integers(f"{name}.shape", [0, plan.bins, plan.pieces * 2, -1])
    spectrum = graph.add("Reshape", [flat, shape], f"{name}.bins")
    axis = graph.integers(f"{name}.axis", [3])
    shifted = []
    for tap in range(taps):
        start = graph.integers(f"{name}.start{tap}", [tap])
        end = graph.integers(f"{name}.end{tap}", [tap - taps + 1 if tap < taps - 1 else _FAR])
        shifted.append(graph.add("Slice", [spectrum, start, end, axis], f"{name}.tap{tap}"))
    return graph.add("Concat", shifted, name, axis=2)


def _kernel_spectra(bank: Bank, plan: Transform) -> Matrix:
    """The bank's kernels as they meet the signal's spectra, float64 (bins, channels, taps * pieces * 2)."""
    channels, taps, width = bank.kernel.shape
    filled = np.zeros((channels, taps, plan.pieces * plan.piece_width))
    filled[:, :, :width] = bank.kernel
    parts = filled.reshape(channels, taps, plan.pieces, plan.piece_width) @ plan.kernel
    ordered = parts.reshape(channels, taps, plan.pieces, plan.bins, 2).transpose(3, 0, 1, 2, 4)
    return ordered.reshape(plan.bins, channels, -1)


def _add_chunk(graph: GraphBuilder, plan: Transform, products: Matrix, name: str, chunk: str) -> str:
    """The maximum over places of a few channels, (n, 1, 1, channels * n_frames)."""
    kernel = graph.floats(f"{chunk}.kernel", products)
    places = []
    for kind in ("even", "odd"):
        sums = graph.add("MatMul", [kernel, f"{name}.{kind}_spectra"], f"{chunk}.{kind}_sums")
        rows = graph.add("Reshape", [sums, f"{name}.rows"], f"{chunk}.{kind}_rows")
        places.append(graph.add("MatMul", [f"{name}.{kind}", rows], f"{chunk}.{kind}_places"))
    larger = graph.add("Add", [places[0], graph.add("Abs", [places[1]], f"{chunk}.size")], f"{chunk}.larger")
    return graph.add("MaxPool", [larger], f"{chunk}.max", kernel_shape=[plan.even.shape[0], 1])


def _add_spectral_bank(graph: GraphBuilder, bank: Bank, padded: str, ones: str, name: str) -> tuple[str, str]:
    """Filters over time and bands: maximum over places (n, channels, n_frames), and edge."""
    channels, taps, width = bank.kernel.shape
    plan = plan_transform(N_BANDS, width, bank.pieces)
    _add_spectra(graph, plan, plan.real, padded, taps, f"{name}.even_spectra")
    _add_spectra(graph, plan, plan.imaginary, padded, taps, f"{name}.odd_spectra")
    graph.floats(f"{name}.even", plan.even)
    graph.floats(f"{name}.odd", plan.odd)
    graph.integers(f"{name}.rows", [0, 1, plan.bins, -1])
    products = _kernel_spectra(bank, plan)
    parts = [
        _add_chunk(graph, plan, products[:, start : start + _CHUNK], name, f"{name}.from{start}")
        for start in range(0, channels, _CHUNK)
    ]
    joined = graph.add("Concat", parts, f"{name}.joined", axis=3)
    best = graph.add("Reshape", [joined, graph.integers(f"{name}.shape", [0, channels, -1])], f"{name}.max")
    summed = graph.floats(f"{name}.summed", bank.kernel.sum(axis=2)[:, None])
    return best, _add_edge(graph, bank, summed, ones, name)


def add_front(graph: GraphBuilder, nets: Sequence[Variables], mel: str) -> list[str]:
    """The front of all nets.

    Args:
        graph: receives the nodes.
        nets: variables of each.
        mel: value (n, n_frames, 96).

    Returns:
        For each net its features before the middle layers, (n, 561, n_frames).
    """
    banks = [read_bank(nets, spec) for spec in BANKS]
    ones = _add_ones(graph, mel)
    image = graph.add("Unsqueeze", [mel, graph.integers("front.channel", [1])], "front.image")
    turned = graph.add("Transpose", [mel], "front.turned", perm=[0, 2, 1])
    before, after = same_padding(banks[0].kernel.shape[1])
    padded = graph.add("Pad", [turned, graph.integers("front.pads", [0, 0, before, 0, 0, after])], "front.padded")
    results = []
    for index, bank in enumerate(banks):
        name = f"bank{index}"
        if bank.pieces:
            results.append(_add_spectral_bank(graph, bank, padded, ones, name))
        else:
            results.append(_add_direct_bank(graph, bank, image, ones, name))
    best = graph.add("Concat", [best for best, _ in results], "front.best", axis=1)
    edge = graph.add("Concat", [edge for _, edge in results], "front.edge", axis=1)
    features = _add_activation(graph, banks, best, edge)
    return [_add_choice(graph, banks, features, len(nets), index) for index in range(len(nets))]


def _add_activation(graph: GraphBuilder, banks: Sequence[Bank], best: str, edge: str) -> str:
    """From the maximum of the turned filters to the norm's output: what the net's own order gives."""

    def column(name: str, parts: list[Matrix]) -> str:
        return graph.floats(name, np.concatenate(parts)[:, None])

    turned = graph.add("Add", [best, edge], "front.extreme")
    signed = graph.add("Mul", [turned, column("front.sign", [bank.sign for bank in banks])], "front.signed")
    rectified = graph.add("Relu", [signed], "front.rectified")
    scale = column("front.scale", [bank.norm.scale for bank in banks])
    offset = column("front.offset", [bank.norm.offset for bank in banks])
    return graph.add("Add", [graph.add("Mul", [rectified, scale], "front.scaled"), offset], "front.features")


def _add_choice(graph: GraphBuilder, banks: Sequence[Bank], features: str, n_nets: int, net: int) -> str:
    """One net's channels, out of banks that hold all nets' channels side by side."""
    chosen: list[int] = []
    first = 0
    for bank in banks:
        channels = bank.kernel.shape[0] // n_nets
        chosen += range(first + net * channels, first + (net + 1) * channels)
        first += bank.kernel.shape[0]
    return graph.add("Gather", [features, graph.integers(f"front.net{net}", chosen)], f"front.features{net}", axis=1)
