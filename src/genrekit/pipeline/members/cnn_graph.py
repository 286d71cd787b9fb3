"""The convolutional network as an ONNX graph, written node by node: the same weights give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

FloatArray = NDArray[np.float32]

INPUT: Final = "frames"
OUTPUT: Final = "log_proba"
_OPSET: Final = 13
_IR_VERSION: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution that keeps the size (but for its stride), followed by a rectifier.

    Attributes:
        weight: float32 (n_made, n_given, size, size), size odd.
        bias: float32 (n_made,).
        stride: in both directions.
    """

    weight: FloatArray
    bias: FloatArray
    stride: int


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Everything that the graph needs.

    Attributes:
        mean: float32 (n_bands, 1), taken off the frames.
        spread: float32 (n_bands, 1), by which they are then divided.
        convolutions: in order; each but the last is followed by the maximum over 2 x 2.
        weights: float32 (2 n_made, n_genres), on the mean and the maximum of what the last one finds.
        bias: float32 (n_genres,).
    """

    mean: FloatArray
    spread: FloatArray
    convolutions: tuple[Convolution, ...]
    weights: FloatArray
    bias: FloatArray


def network_graph(network: Network) -> bytes:
    """Serialised graph: input ``frames`` (n, n_bands, n_frames), output ``log_proba`` (n, n_genres), float32."""
    arrays: dict[str, NDArray[Any]] = {
        "mean": network.mean,
        "spread": network.spread,
        "weights": network.weights,
        "bias": network.bias,
        "channel": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Sub", [INPUT, "mean"], ["centered"]),
        helper.make_node("Div", ["centered", "spread"], ["standard"]),
        helper.make_node("Unsqueeze", ["standard", "channel"], ["maps0"]),
    ]
    last = len(network.convolutions) - 1
    for index, convolution in enumerate(network.convolutions):
        arrays |= {f"weight{index}": convolution.weight, f"bias{index}": convolution.bias}
        nodes += _layer(index, convolution, pooled=index < last)
    found = f"maps{last + 1}"
    nodes += [
        helper.make_node("ReduceMean", [found], ["average"], axes=[2, 3], keepdims=0),
        helper.make_node("ReduceMax", [found], ["peak"], axes=[2, 3], keepdims=0),
        helper.make_node("Concat", ["average", "peak"], ["pooled"], axis=1),
        helper.make_node("Gemm", ["pooled", "weights", "bias"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], [OUTPUT], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "cnn",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", len(network.mean), "n_frames"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", len(network.bias)])],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _layer(index: int, convolution: Convolution, *, pooled: bool) -> list[onnx.NodeProto]:
    size, stride = convolution.weight.shape[-1], convolution.stride
    made = f"maps{index + 1}"
    rectified = f"rectified{index}" if pooled else made
    pads = [size // 2] * 4
    given = [f"maps{index}", f"weight{index}", f"bias{index}"]
    nodes = [
        helper.make_node("Conv", given, [f"convolved{index}"], pads=pads, strides=[stride, stride]),
        helper.make_node("Relu", [f"convolved{index}"], [rectified]),
    ]
    if pooled:
        nodes.append(helper.make_node("MaxPool", [rectified], [made], kernel_shape=[2, 2], strides=[2, 2]))
    return nodes
