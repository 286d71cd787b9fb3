"""The nets as one graph."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from genrekit.graph_check import check_graph
from genrekit.pipeline.backbone.graph import build_model
from genrekit.sessions import open_session
from tests.pipeline.backbone.plain import answer, random_variables

NETS = {"first": random_variables(1), "second": random_variables(2)}


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    return build_model(NETS, "made up")


@pytest.fixture(scope="module")
def session(model: onnx.ModelProto):
    """With the pooled features, an inner value, made visible."""
    shown = onnx.ModelProto.FromString(model.SerializeToString())
    for net in NETS:
        shown.graph.output.append(helper.make_tensor_value_info(f"{net}.pool", TensorProto.FLOAT, None))
    return open_session(shown.SerializeToString())


def run(session, mel: np.ndarray) -> dict[str, np.ndarray]:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"mel": mel[None]}), strict=True))


@pytest.mark.parametrize("n_frames", [40, 125])
def test_answers_as_the_published_order_of_operations(session, n_frames: int) -> None:
    mel = np.random.default_rng(n_frames).uniform(0, 4, (n_frames, 96)).astype(np.float32)
    results = run(session, mel)
    expected = {net: answer(variables, mel) for net, variables in NETS.items()}
    penultimates = np.concatenate([expected[net].penultimate for net in NETS])
    mids = np.concatenate([expected[net].mid for net in NETS])
    np.testing.assert_allclose(results["embedding"][0, :400], penultimates, atol=1e-4)
    np.testing.assert_allclose(results["embedding"][0, 400:], mids, atol=1e-4)
    for net in NETS:
        np.testing.assert_allclose(results[f"{net}.tags"][0], expected[net].tags, atol=1e-5)


def test_pool_holds_maximum_and_mean_of_a_channel_side_by_side(session) -> None:
    mel = np.random.default_rng(0).uniform(0, 4, (40, 96)).astype(np.float32)
    results = run(session, mel)
    for net, variables in NETS.items():
        pool = results[f"{net}.pool"][0]
        expected = answer(variables, mel).pool
        np.testing.assert_allclose(pool[::2], expected[::2], atol=1e-4)
        np.testing.assert_allclose(pool[1::2], expected[1::2], atol=1e-4)


def test_embedding_lists_penultimate_layers_then_middle_layers(model: onnx.ModelProto) -> None:
    shapes = {
        output.name: [dim.dim_value for dim in output.type.tensor_type.shape.dim] for output in model.graph.output
    }
    assert shapes == {"embedding": [0, 784], "first.tags": [0, 50], "second.tags": [0, 50]}


def test_two_nets_together_say_what_each_says_alone(session) -> None:
    mel = np.random.default_rng(5).uniform(0, 4, (125, 96)).astype(np.float32)
    alone = open_session(build_model({"second": NETS["second"]}, "").SerializeToString())
    embedding, tags = alone.run(["embedding", "second.tags"], {"mel": mel[None]})
    together = run(session, mel)
    np.testing.assert_allclose(together["embedding"][:, 200:400], embedding[:, :200], atol=1e-4)
    np.testing.assert_allclose(together["second.tags"], tags, atol=1e-5)


def test_an_artifact_may_hold_it(model: onnx.ModelProto) -> None:
    check_graph("backbone.onnx", model.SerializeToString())
    assert model.ByteSize() < 9_000_000


def test_the_same_bytes_every_time(model: onnx.ModelProto) -> None:
    again = build_model(NETS, "made up").SerializeToString(deterministic=True)
    assert again == model.SerializeToString(deterministic=True)
