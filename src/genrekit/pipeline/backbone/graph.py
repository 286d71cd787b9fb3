"""The MusiCNN nets as one ONNX graph over a shared log-mel input.

The nets (J. Pons and X. Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging",
2019) share their architecture: filters over time and frequency, each followed by bias, rectifier, batch norm
and the maximum over frequency; three residual layers over time; pooling; two dense layers.

What is rearranged here, all of it exact but for rounding:

* a batch norm after a rectifier is monotone, rising or falling, so the maximum over frequency is taken first,
  of the filter with its sign turned where the norm's scale is negative;
* the norm of the input is one scale and one offset, so it goes into the filters, and the nets see one input;
  what the offset does at the edges of the patch, where the nets pad with zeros after the norm, is the filter's
  answer to a signal of ones, the same at all frequencies, and is added after the maximum;
* filters that cover many bands run through `spectral` (an exact rearrangement as well).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import onnx

from genrekit.pipeline.backbone.banks import N_BANDS, add_front
from genrekit.pipeline.backbone.builder import GraphBuilder
from genrekit.pipeline.backbone.layers import Variables, read_norm, same_padding

N_TAGS: Final = 50
N_PENULTIMATE: Final = 200
N_MID: Final = 192

_MIDS: Final = (
    ("conv2d_5", "batch_normalization_6"),
    ("conv2d_6", "batch_normalization_7"),
    ("conv2d_7", "batch_normalization_8"),
)
_FAR: Final = 2**31


def build_model(nets: Mapping[str, Variables], notice: str) -> onnx.ModelProto:
    """One graph for several nets of the architecture.

    Input ``mel``: float32 (n, n_frames, 96), log10(1 + 10000 mel). Outputs, float32: ``embedding``
    (n, 392 * n_nets), the penultimate layers of all nets (200 each, may be negative), then the means over time
    of their three middle layers (192 each); and for each net ``NAME.tags`` (n, 50), probabilities. The pooled
    features (n, 1506; maximum and mean of a channel side by side) are the inner value ``NAME.pool``.

    Args:
        nets: variables of each checkpoint by the net's name.
        notice: stored in the file.
    """
    graph = GraphBuilder("musicnn")
    features = add_front(graph, list(nets.values()), "mel")
    ends = [_add_end(graph, variables, features[index], name) for index, (name, variables) in enumerate(nets.items())]
    graph.add("Concat", [end[0] for end in ends] + [end[1] for end in ends], "embedding", axis=1)
    return graph.model(
        ("mel", ("n", "n_frames", N_BANDS)),
        [
            ("embedding", ("n", (N_PENULTIMATE + N_MID) * len(nets))),
            *((f"{name}.tags", ("n", N_TAGS)) for name in nets),
        ],
        notice,
    )


def _add_end(graph: GraphBuilder, variables: Variables, features: str, net: str) -> tuple[str, str]:
    """Middle layers, pooling and dense layers; returns the penultimate layer and the middle layers' means."""
    mids = _add_mids(graph, variables, features, net)
    everything = graph.add("Concat", [features, *mids], f"{net}.everything", axis=1)
    largest = graph.add("ReduceMax", [everything], f"{net}.largest", axes=[2], keepdims=1)
    mean = graph.add("ReduceMean", [everything], f"{net}.mean", axes=[2], keepdims=1)
    pairs = graph.add("Concat", [largest, mean], f"{net}.pairs", axis=2)
    pool = graph.add("Flatten", [pairs], f"{net}.pool", axis=1)
    normed = _add_norm(graph, variables, "batch_normalization_9", pool, f"{net}.pool_norm")
    hidden = graph.add("Relu", [_add_dense(graph, variables, "dense", normed, f"{net}.dense")], f"{net}.hidden")
    penultimate = _add_norm(graph, variables, "batch_normalization_10", hidden, f"{net}.penultimate")
    graph.add("Sigmoid", [_add_dense(graph, variables, "dense_1", penultimate, f"{net}.logits")], f"{net}.tags")
    bounds = [graph.integers(f"{net}.mid_{word}", [n]) for word, n in (("from", -N_MID), ("to", _FAR), ("axis", 1))]
    last = graph.add("Slice", [mean, *bounds], f"{net}.mid_column")
    return penultimate, graph.add("Flatten", [last], f"{net}.mid", axis=1)


def _add_mids(graph: GraphBuilder, variables: Variables, features: str, net: str) -> list[str]:
    """Three layers over time, the second and third each added to the one before it, (n, 64, n_frames) each."""
    mids: list[str] = []
    for index, (layer, norm) in enumerate(_MIDS):
        name = f"{net}.mid{index}"
        kernel = variables[f"{layer}/kernel"][:, :, 0, :].transpose(2, 1, 0)
        weights = graph.floats(f"{name}.kernel", kernel)
        bias = graph.floats(f"{name}.bias", variables[f"{layer}/bias"])
        padding = same_padding(kernel.shape[2])
        source = mids[-1] if mids else features
        filtered = graph.add("Conv", [source, weights, bias], f"{name}.filtered", pads=padding)
        rectified = graph.add("Relu", [filtered], f"{name}.rectified")
        normed = _add_norm(graph, variables, norm, rectified, f"{name}.normed")
        mids.append(graph.add("Add", [normed, source], f"{name}.sum") if mids else normed)
    return mids


def _add_norm(graph: GraphBuilder, variables: Variables, norm: str, value: str, name: str) -> str:
    """A batch norm at inference over axis 1."""
    folded = read_norm(variables, norm)
    parts = [graph.floats(f"{name}_scale", folded.scale), graph.floats(f"{name}_offset", folded.offset)]
    zeros = graph.floats(f"{name}_mean", 0.0 * folded.scale)
    ones = graph.floats(f"{name}_variance", 0.0 * folded.scale + 1.0)
    return graph.add("BatchNormalization", [value, *parts, zeros, ones], name, epsilon=0.0)


def _add_dense(graph: GraphBuilder, variables: Variables, layer: str, value: str, name: str) -> str:
    weights = graph.floats(f"{name}_weights", variables[f"{layer}/kernel"])
    bias = graph.floats(f"{name}_bias", variables[f"{layer}/bias"])
    return graph.add("Gemm", [value, weights, bias], name)
