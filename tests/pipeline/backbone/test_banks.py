"""The filter banks at the nets' front."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from genrekit.pipeline.backbone.banks import N_BANDS, add_front
from genrekit.pipeline.backbone.builder import GraphBuilder
from genrekit.sessions import open_session
from tests.pipeline.backbone.plain import convolve, norm, random_variables

NETS = [random_variables(1), random_variables(2)]


@pytest.fixture(scope="module")
def session():
    graph = GraphBuilder("front")
    fronts = add_front(graph, NETS, "mel")
    model = graph.model(("mel", ("n", "t", N_BANDS)), [(name, ("n", 561, "t")) for name in fronts], "")
    return open_session(model.SerializeToString())


def plain_front(variables, mel: NDArray[np.float32]) -> NDArray[np.float64]:
    image = norm(variables, "batch_normalization", mel.astype(np.float64)[..., None])[..., 0]
    banks = []
    for index, suffix in enumerate(("", "_1", "_2", "_3", "_4")):
        rectified = np.maximum(convolve(variables, f"conv2d{suffix}", image), 0.0)
        banks.append(norm(variables, f"batch_normalization_{index + 1}", rectified).max(axis=1))
    return np.concatenate(banks, axis=1).T


@pytest.mark.parametrize("n_frames", [1, 6, 90])
def test_equals_the_published_order_of_operations(session, n_frames: int) -> None:
    mel = np.random.default_rng(n_frames).uniform(0, 4, (1, n_frames, N_BANDS)).astype(np.float32)
    for variables, front in zip(NETS, session.run(None, {"mel": mel}), strict=True):
        for patch, result in zip(mel, front, strict=True):
            np.testing.assert_allclose(result, plain_front(variables, patch), atol=2e-5)


def test_patches_do_not_hear_each_other(session) -> None:
    mel = np.random.default_rng(0).uniform(0, 4, (3, 125, N_BANDS)).astype(np.float32)
    together = session.run(None, {"mel": mel})[0]
    alone = np.concatenate([session.run(None, {"mel": patch[None]})[0] for patch in mel])
    np.testing.assert_allclose(together, alone, atol=1e-5)
