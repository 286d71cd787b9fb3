"""The small writer of ONNX graphs."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from genrekit.pipeline.backbone.builder import GraphBuilder
from genrekit.sessions import open_session


def scaled(weights: np.ndarray) -> onnx.ModelProto:
    graph = GraphBuilder("scaled")
    graph.add("Mul", ["x", graph.floats("w", weights)], "y")
    return graph.model(("x", ("n", weights.size)), [("y", ("n", weights.size))], "a notice")


def test_a_graph_runs() -> None:
    weights = np.arange(3, dtype=np.float64)
    session = open_session(scaled(weights).SerializeToString())
    (result,) = session.run(None, {"x": np.full((2, 3), 2.0, np.float32)})
    np.testing.assert_array_equal(result, [[0, 2, 4], [0, 2, 4]])


def test_the_notice_travels_in_the_file() -> None:
    assert scaled(np.ones(3)).doc_string == "a notice"


def test_a_graph_with_a_gap_is_refused() -> None:
    graph = GraphBuilder("gap")
    graph.add("Relu", ["nowhere"], "y")
    with pytest.raises(onnx.checker.ValidationError, match="nowhere"):
        graph.model(("x", ("n",)), [("y", ("n",))], "")
