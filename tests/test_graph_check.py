import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from genrekit.errors import ARTIFACT_GRAPH, ArtifactError
from genrekit.graph_check import MAX_TENSOR_BYTES, check_graph

X = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])
Y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4])


def model_of(*nodes, tensors=(), **fields):
    graph = helper.make_graph(list(nodes), "g", [X], [Y], list(tensors))
    return helper.make_model(graph, **fields)


def plain_model():
    weights = numpy_helper.from_array(np.eye(4, dtype=np.float32), "w")
    return model_of(helper.make_node("MatMul", ["x", "w"], ["y"]), tensors=[weights])


def refusal(model: onnx.ModelProto) -> str:
    with pytest.raises(ArtifactError) as caught:
        check_graph("m.onnx", model.SerializeToString())
    assert caught.value.kind is ARTIFACT_GRAPH
    return caught.value.reason


def test_a_plain_model_passes():
    assert check_graph("m.onnx", plain_model().SerializeToString()) is None


@pytest.mark.parametrize("operator", ["Loop", "If", "Scan", "StringNormalizer", "RandomNormal", "MadeUp"])
def test_an_operator_that_is_not_listed_is_refused_by_name(operator):
    assert operator in refusal(model_of(helper.make_node(operator, ["x"], ["y"])))


def test_an_operator_of_a_foreign_domain_is_refused():
    assert "com.example.Relu" in refusal(model_of(helper.make_node("Relu", ["x"], ["y"], domain="com.example")))


def test_a_graph_inside_a_node_is_refused():
    inner = helper.make_graph([], "inner", [], [])
    assert "graph inside" in refusal(model_of(helper.make_node("Relu", ["x"], ["y"], body=inner)))


@pytest.mark.parametrize("where", ["initializer", "attribute"])
def test_external_data_is_refused(where):
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="../../secret")
    if where == "initializer":
        model = model_of(helper.make_node("Relu", ["x"], ["y"]), tensors=[tensor])
    else:
        model = model_of(helper.make_node("Constant", [], ["y"], value=tensor))
    assert "outside the file" in refusal(model)


def test_an_oversize_tensor_is_refused():
    tensor = numpy_helper.from_array(np.zeros(MAX_TENSOR_BYTES // 4 + 1, np.float32), "w")
    assert "bytes" in refusal(model_of(helper.make_node("Relu", ["x"], ["y"]), tensors=[tensor]))


def test_functions_and_training_information_are_refused():
    function = helper.make_function("d", "f", ["a"], ["b"], [], [helper.make_opsetid("", 13)])
    assert "functions" in refusal(model_of(helper.make_node("Relu", ["x"], ["y"]), functions=[function]))
    trained = plain_model()
    trained.training_info.add()
    assert "training" in refusal(trained)


@pytest.mark.parametrize("junk", [b"", b"no protocol buffer at all", bytes(100)])
def test_what_is_no_onnx_file_is_refused(junk):
    with pytest.raises(ArtifactError):
        check_graph("m.onnx", junk)


@given(st.binary(max_size=200))
def test_no_bytes_lead_to_anything_but_a_refusal(junk):
    with pytest.raises(ArtifactError):
        check_graph("m.onnx", junk)


@given(st.data())
def test_a_cut_or_changed_file_never_crashes_the_check(data):
    whole = bytearray(plain_model().SerializeToString())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    outcome = None
    try:
        check_graph("m.onnx", bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except ArtifactError as error:
        outcome = error.kind
    assert outcome in (None, ARTIFACT_GRAPH)
