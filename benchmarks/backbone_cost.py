"""What the rearranged backbone saves: CPU time of the nets as published, and of the graph that ships, in turn.

Writes ``benchmarks/results/backbone_cost.json``. Both graphs hold the same weights and run in one process, one
thread, patch by patch, alternating; medians and the median of the ratios are reported.

    python benchmarks/backbone_cost.py --wheel work/musicnn-0.1.0-py3-none-any.whl [--rounds 20]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from genrekit.pipeline.backbone.build import NETS, build_backbone, open_wheel, read_nets
from genrekit.pipeline.backbone.builder import GraphBuilder
from genrekit.pipeline.backbone.layers import BANKS, Variables, read_norm, same_padding
from genrekit.pipeline.settings import HOP_FRAMES, PATCH_FRAMES
from genrekit.sessions import open_session

RESULT = Path(__file__).parent / "results" / "backbone_cost.json"
TRACK_FRAMES = 1876  # of 30 s
PATCHES = 1 + (TRACK_FRAMES - PATCH_FRAMES) // HOP_FRAMES
MIDS = ("conv2d_5", "conv2d_6", "conv2d_7")


def add_norm(graph: GraphBuilder, net: Variables, norm: str, value: str, axes: int) -> str:
    folded = read_norm(net, norm)
    column = (-1,) + (1,) * axes
    scale = graph.floats(f"{value}.scale", folded.scale.reshape(column))
    offset = graph.floats(f"{value}.offset", folded.offset.reshape(column))
    return graph.add("Add", [graph.add("Mul", [value, scale], f"{value}.scaled"), offset], f"{value}.normed")


def published(net: Variables) -> onnx.ModelProto:
    """One net in the published order: convolution, bias, rectifier, norm, maximum; up to the penultimate layer."""
    graph = GraphBuilder("published")
    image = graph.add("Unsqueeze", ["mel", graph.integers("channel", [1])], "image")
    image = add_norm(graph, net, "batch_normalization", image, 2)
    banks = []
    for spec in BANKS:
        kernel = net[f"{spec.layer}/kernel"].transpose(3, 2, 0, 1)
        before, after = same_padding(kernel.shape[2])
        weights = [graph.floats(f"{spec.layer}.w", kernel), graph.floats(f"{spec.layer}.b", net[f"{spec.layer}/bias"])]
        filtered = graph.add("Conv", [image, *weights], spec.layer, pads=[before, 0, after, 0])
        normed = add_norm(graph, net, spec.norm, graph.add("Relu", [filtered], f"{spec.layer}.relu"), 2)
        banks.append(graph.add("ReduceMax", [normed], f"{spec.layer}.max", axes=[3], keepdims=0))
    value = front = graph.add("Concat", banks, "front", axis=1)
    mids: list[str] = []
    for index, layer in enumerate(MIDS):
        kernel = net[f"{layer}/kernel"][:, :, 0].transpose(2, 1, 0)
        weights = [graph.floats(f"{layer}.w", kernel), graph.floats(f"{layer}.b", net[f"{layer}/bias"])]
        filtered = graph.add("Conv", [value, *weights], layer, pads=[3, 3])
        normed = add_norm(
            graph, net, f"batch_normalization_{index + 6}", graph.add("Relu", [filtered], f"{layer}.relu"), 1
        )
        value = graph.add("Add", [normed, value], f"{layer}.sum") if mids else normed
        mids.append(value)
    everything = graph.add("Concat", [front, *mids], "everything", axis=1)
    parts = [graph.add(f"Reduce{kind}", [everything], kind, axes=[2], keepdims=1) for kind in ("Max", "Mean")]
    pool = graph.add("Flatten", [graph.add("Concat", parts, "pairs", axis=2)], "pool", axis=1)
    normed = add_norm(graph, net, "batch_normalization_9", pool, 0)
    weights = [graph.floats("dense.w", net["dense/kernel"]), graph.floats("dense.b", net["dense/bias"])]
    hidden = graph.add("Relu", [graph.add("Gemm", [normed, *weights], "dense")], "hidden")
    last = add_norm(graph, net, "batch_normalization_10", hidden, 0)
    return graph.model(("mel", ("n", "n_frames", 96)), [(last, ("n", 200))], "")


def plain_session(model: bytes) -> onnxruntime.InferenceSession:
    """The runtime's own choices, but for the one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@dataclass(frozen=True, eq=False)
class Contender:
    """A way to run both nets: its graphs, how they are opened, and they, opened."""

    name: str
    models: list[bytes]
    opener: Callable[[bytes], onnxruntime.InferenceSession]
    sessions: list[onnxruntime.InferenceSession]

    @classmethod
    def of(cls, name: str, models: list[bytes], opener: Callable[[bytes], onnxruntime.InferenceSession]) -> Contender:
        """Open the graphs."""
        return cls(name, models, opener, [opener(model) for model in models])

    def load(self) -> float:
        """CPU seconds to open all graphs."""
        before = time.process_time()
        for model in self.models:
            self.opener(model)
        return time.process_time() - before

    def run(self, patches: NDArray[np.float32]) -> float:
        """CPU seconds for all patches of a track."""
        before = time.process_time()
        for mel in patches:
            for session in self.sessions:
                session.run(None, {"mel": mel})
        return time.process_time() - before


def difference(old: Contender, new: Contender, mel: NDArray[np.float32]) -> float:
    """Largest difference in the penultimate layers."""
    penultimate = [session.run(None, {"mel": mel})[0] for session in old.sessions]
    (embedding,) = new.sessions[0].run(["embedding"], {"mel": mel})
    return float(np.abs(np.concatenate(penultimate, axis=1) - embedding[:, :400]).max())


def measure(wheel: zipfile.ZipFile, rounds: int) -> dict[str, object]:
    nets = read_nets(wheel)
    old = Contender.of("published", [published(nets[name]).SerializeToString() for name in NETS], plain_session)
    new = Contender.of("shipped", [build_backbone(wheel)[0]], open_session)
    patches = np.random.default_rng(0).uniform(0, 4, (PATCHES, 1, PATCH_FRAMES, 96)).astype(np.float32)
    loads = [(old.load(), new.load()) for _ in range(rounds)]
    runs = [(old.run(patches), new.run(patches)) for _ in range(rounds)]
    names = (old.name, new.name)
    return {
        "patches": PATCHES,
        "rounds": rounds,
        "largest_difference": difference(old, new, patches[0]),
        "load_cpu_seconds": dict(zip(names, map(statistics.median, zip(*loads, strict=True)), strict=True)),
        "track_cpu_seconds": dict(zip(names, map(statistics.median, zip(*runs, strict=True)), strict=True)),
        "times_faster": statistics.median(slow / fast for slow, fast in runs),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    result = {
        "command": "python benchmarks/backbone_cost.py --wheel musicnn-0.1.0-py3-none-any.whl",
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        **measure(open_wheel(options.wheel), options.rounds),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
