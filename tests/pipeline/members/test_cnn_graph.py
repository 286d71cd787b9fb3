"""The convolutional network as a graph, against the same sums in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from genrekit.graph_check import check_graph
from genrekit.pipeline.members.cnn_graph import Convolution, Network, network_graph
from genrekit.sessions import open_session
from genrekit.steps.members import load_member
from genrekit.values import View

N_BANDS, N_GENRES = 16, 3


@pytest.fixture(scope="module")
def network() -> Network:
    rng = np.random.default_rng(0)

    def draw(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.5, shape).astype(np.float32)

    convolutions = (
        Convolution(draw(2, 1, 5, 5), draw(2), 2),
        Convolution(draw(3, 2, 3, 3), draw(3), 1),
        Convolution(draw(4, 3, 3, 3), draw(4), 1),
    )
    spread = np.abs(draw(N_BANDS, 1)) + 1
    return Network(draw(N_BANDS, 1), spread, convolutions, draw(8, N_GENRES), draw(N_GENRES))


def convolve(maps: np.ndarray, layer: Convolution) -> np.ndarray:
    size = layer.weight.shape[-1]
    padded = np.pad(maps, ((0, 0), (size // 2,) * 2, (size // 2,) * 2))
    patches = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))
    found = np.einsum("cyxab,ocab->oyx", patches[:, :: layer.stride, :: layer.stride], layer.weight)
    return np.maximum(found + layer.bias[:, None, None], 0)


def halve(maps: np.ndarray) -> np.ndarray:
    cut = maps[:, : maps.shape[1] // 2 * 2, : maps.shape[2] // 2 * 2]
    return cut.reshape(len(cut), cut.shape[1] // 2, 2, cut.shape[2] // 2, 2).max(axis=(2, 4))


def expected(network: Network, window: np.ndarray) -> np.ndarray:
    maps = ((window - network.mean) / network.spread)[None]
    for index, layer in enumerate(network.convolutions):
        maps = convolve(maps, layer)
        maps = halve(maps) if index < len(network.convolutions) - 1 else maps
    logits = np.concatenate([maps.mean(axis=(1, 2)), maps.max(axis=(1, 2))]) @ network.weights + network.bias
    return logits - np.log(np.exp(logits - logits.max()).sum()) - logits.max()


@pytest.mark.parametrize("n_frames", [86, 43, 21])
def test_the_graph_computes_the_network_at_any_length(network, n_frames):
    values = np.random.default_rng(1).normal(0, 1, (4, N_BANDS, n_frames)).astype(np.float32)
    (log_proba,) = open_session(network_graph(network)).run(None, {"frames": values})
    np.testing.assert_allclose(log_proba, [expected(network, window) for window in values], atol=1e-4)


def test_an_artifact_may_hold_it_and_it_is_a_member(network):
    model = network_graph(network)
    check_graph("cnn.onnx", model)
    view = View(np.ones((5, N_BANDS, 40), np.float32), np.zeros((5, 2)))
    scores = load_member("cnn", "spectral", 1.0, model).score(view).log_proba
    assert scores.shape == (5, N_GENRES)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, atol=1e-5)


def test_the_same_weights_give_the_same_bytes(network):
    assert network_graph(network) == network_graph(network)
