"""A small writer of ONNX graphs: nodes and constants by name, in the order in which they are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Port = tuple[str, tuple[int | str, ...]]
Values = NDArray[np.float32] | NDArray[np.float64]

_OPSET: Final = 13
_IR_VERSION: Final = 8


class GraphBuilder:
    """Collects a graph; every method returns the name of the value that it adds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(self, operator: str, inputs: Sequence[str], name: str, **attributes: Any) -> str:
        """Add a node whose one output carries the node's name."""
        self._nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def floats(self, name: str, values: Values) -> str:
        """Add a float32 constant."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def integers(self, name: str, values: Sequence[int]) -> str:
        """Add an int64 constant (n,)."""
        self._constants.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def model(self, feed: Port, outputs: Sequence[Port], notice: str) -> onnx.ModelProto:
        """Close the graph.

        Args:
            feed: name and shape of the float32 input; a word is a free dimension.
            outputs: names and shapes.
            notice: stored in the file: what it is and whence.
        """
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [helper.make_tensor_value_info(feed[0], TensorProto.FLOAT, feed[1])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
            self._constants,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
            producer_name="genrekit",
            doc_string=notice,
        )
        onnx.checker.check_model(model, full_check=True)
        return model
