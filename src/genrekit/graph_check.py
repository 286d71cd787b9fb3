"""Look inside an ONNX file without running it, and refuse what a genre model has no need of.

The wire format of protocol buffers is walked directly (field numbers from the public ``onnx.proto``),
because the ``onnx`` package is as large as everything else needed for a prediction together, and because
nothing here allocates by a length that the file claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from genrekit.errors import ARTIFACT_GRAPH, ArtifactError

ALLOWED_OPERATORS: Final = frozenset(
    "Abs Add AveragePool BatchNormalization Cast Clip Concat Constant Conv Div Exp Flatten Gather Gemm "
    "GlobalAveragePool GlobalMaxPool Identity Log LogSoftmax MatMul MaxPool Mul Pad ReduceMax ReduceMean "
    "ReduceSum Relu Reshape Shape Sigmoid Slice Softmax Split Sqrt Squeeze Sub Transpose Unsqueeze "
    "ArrayFeatureExtractor Normalizer Scaler TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor".split()
)
MAX_TENSOR_BYTES: Final = 16 * 2**20

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MODEL_GRAPH, _MODEL_TRAINING, _MODEL_FUNCTIONS = 7, 20, 25
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_SPARSE = 1, 5, 15
_NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 5, 7
_ATTRIBUTE_TENSOR, _ATTRIBUTE_SUBGRAPHS, _ATTRIBUTE_TENSORS = 5, (6, 11), 10
_TENSOR_EXTERNAL_DATA, _TENSOR_DATA_LOCATION = 13, 14
_DOMAINS: Final = frozenset(("", "ai.onnx", "ai.onnx.ml"))

# An attribute's list of numbers, each with a tag of its own: field 7 in four bytes or field 8 as a varint; or of the
# two words that say what a tree's nodes are (field 9). A forest has a million of them, and no field that is looked
# for begins with these bytes.
_LISTED: Final = re.compile(rb"(?:\x3d[\x00-\xff]{4}|\x40[\x80-\xff]{0,9}[\x00-\x7f]|\x4a\x0aBRANCH_LEQ|\x4a\x04LEAF)+")

_Field = tuple[int, int | memoryview]


def check_graph(name: str, model: bytes) -> None:
    """Refuse a model with unlisted operators, subgraphs, functions, external data or an oversize tensor.

    Args:
        name: of the file, for the message.
        model: a serialised ``onnx.ModelProto``.

    Raises:
        ArtifactError: the model is refused or is no protocol buffer; the message names what was found.
    """
    try:
        for reason in _faults(memoryview(model)):
            raise ArtifactError(ARTIFACT_GRAPH, name, reason)
    except (IndexError, ValueError) as error:
        raise ArtifactError(ARTIFACT_GRAPH, name, "is not a readable ONNX file") from error


def _faults(model: memoryview) -> Iterator[str]:
    graphs = 0
    for number, value in _fields(model):
        if number == _MODEL_GRAPH:
            graphs += 1
            yield from _graph_faults(_message(value))
        elif number == _MODEL_FUNCTIONS:
            yield "defines functions of its own"
        elif number == _MODEL_TRAINING:
            yield "carries training information"
    if graphs != 1:
        yield f"holds {graphs} graphs where one is expected"


def _graph_faults(graph: memoryview) -> Iterator[str]:
    for number, value in _fields(graph):
        if number == _GRAPH_NODE:
            yield from _node_faults(_message(value))
        elif number == _GRAPH_INITIALIZER:
            yield from _tensor_faults(_message(value))
        elif number == _GRAPH_SPARSE:
            yield "holds sparse tensors"


def _node_faults(node: memoryview) -> Iterator[str]:
    operator = domain = ""
    for number, value in _fields(node):
        if number == _NODE_OPERATOR:
            operator = bytes(_message(value)).decode()
        elif number == _NODE_DOMAIN:
            domain = bytes(_message(value)).decode()
        elif number == _NODE_ATTRIBUTE:
            yield from _attribute_faults(_message(value))
    if operator not in ALLOWED_OPERATORS or domain not in _DOMAINS:
        yield f"uses the operator {domain + '.' if domain else ''}{operator}, which is not on the list"


def _attribute_faults(attribute: memoryview) -> Iterator[str]:
    for number, value in _fields(attribute):
        if number in _ATTRIBUTE_SUBGRAPHS:
            yield "holds a graph inside a node"
        elif number in (_ATTRIBUTE_TENSOR, _ATTRIBUTE_TENSORS):
            yield from _tensor_faults(_message(value))


def _tensor_faults(tensor: memoryview) -> Iterator[str]:
    if len(tensor) > MAX_TENSOR_BYTES:
        yield f"holds a tensor of {len(tensor)} bytes; at most {MAX_TENSOR_BYTES} are read"
    for number, value in _fields(tensor):
        if number == _TENSOR_EXTERNAL_DATA or (number == _TENSOR_DATA_LOCATION and value != 0):
            yield "refers to data outside the file"


def _fields(message: memoryview) -> Iterator[_Field]:
    """The fields of a message: number, and an integer or the bytes of a length-delimited value."""
    position = 0
    while position < len(message):
        listed = _LISTED.match(message, position)
        if listed:
            position = listed.end()
            continue
        tag, position = _varint(message, position)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, position = _varint(message, position)
            yield number, value
            continue
        if kind == _BYTES:
            size, position = _varint(message, position)
        elif kind in (_FIXED32, _FIXED64):
            size = 4 if kind == _FIXED32 else 8
        else:
            raise ValueError(f"wire type {kind}")
        if position + size > len(message):
            raise ValueError("a field runs past the end")
        yield number, message[position : position + size]
        position += size


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message is expected")
    return value


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    result = 0
    for shift in range(0, 70, 7):
        byte = message[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
    raise ValueError("a varint of more than ten bytes")
