"""From the published wheel to the shipped file, and the proof that it answers as the original did."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from genrekit.artifact import SHIPPED
from genrekit.errors import DatasetError
from genrekit.pipeline.backbone.build import (
    LICENSE_NAME,
    MODEL_NAME,
    NETS,
    PENULTIMATE_TOLERANCE,
    REFERENCE,
    TAG_TOLERANCE,
    build_backbone,
    compare,
    open_wheel,
    prove,
)
from genrekit.pipeline.backbone.builder import GraphBuilder


@pytest.fixture(scope="module")
def reference() -> Path:
    root = os.environ.get("GENREKIT_DATA")
    if not root:
        pytest.skip("GENREKIT_DATA is not set: the original's answers are not at hand")
    return Path(root) / REFERENCE


@pytest.fixture(scope="module")
def wheel() -> zipfile.ZipFile:
    path = os.environ.get("GENREKIT_MUSICNN_WHEEL")
    if not path:
        pytest.skip("GENREKIT_MUSICNN_WHEEL is not set: the wheel with the published weights is not at hand")
    return open_wheel(Path(path))


@pytest.fixture(scope="module")
def shipped() -> bytes:
    path = SHIPPED / MODEL_NAME
    if not path.is_file():
        pytest.skip("the artifact that ships has no backbone")
    return path.read_bytes()


@pytest.mark.data
def test_the_shipped_file_answers_as_the_original(shipped: bytes, reference: Path) -> None:
    differences = list(compare(shipped, reference))
    assert len(differences) == 6 * len(NETS)
    assert max(difference.tags for difference in differences) <= 1e-5
    assert max(difference.penultimate for difference in differences) <= 1e-4


def test_the_shipped_file_is_what_the_wheel_gives(shipped: bytes, wheel: zipfile.ZipFile) -> None:
    model, notice = build_backbone(wheel)
    assert model == shipped
    assert (SHIPPED / LICENSE_NAME).read_text() == notice


def test_the_licence_and_the_origin_are_told(wheel: zipfile.ZipFile) -> None:
    _, notice = build_backbone(wheel)
    assert "Permission to use, copy, modify, and/or distribute" in notice
    assert "musicnn 0.1.0" in notice


def test_a_missing_wheel_is_named_with_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"musicnn\.whl: is not there; get it with: pip download musicnn==0\.1\.0"):
        open_wheel(tmp_path / "musicnn.whl")


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "musicnn.whl"
    path.write_bytes(b"something else")
    with pytest.raises(DatasetError, match="not the wheel expected"):
        open_wheel(path)


def test_a_graph_that_answers_otherwise_is_not_proved(tmp_path: Path) -> None:
    graph = GraphBuilder("constant")
    axes, shape = graph.integers("axes", [1, 2]), graph.integers("shape", [-1, 1])
    mean = graph.add("Reshape", [graph.add("ReduceSum", ["mel", axes], "sum"), shape], "mean")
    for name, size in (("embedding", 784), *((f"{net}.tags", 50) for net in NETS)):
        graph.add("MatMul", [mean, graph.floats(f"{name}.zero", np.zeros((1, size)))], name)
    outputs = [("embedding", ("n", 784)), *((f"{net}.tags", ("n", 50)) for net in NETS)]
    model = graph.model(("mel", ("n", "t", 96)), outputs, "").SerializeToString()
    golden = {"piece/mel0": np.zeros((187, 96), np.float32)}
    for folder in NETS.values():
        golden[f"piece/{folder}/taggram"] = np.full((1, 50), 2 * TAG_TOLERANCE, np.float32)
        golden[f"piece/{folder}/penultimate0"] = np.full(200, PENULTIMATE_TOLERANCE / 2, np.float32)
    np.savez(tmp_path / "reference.npz", **golden)
    with pytest.raises(DatasetError, match=r"does not answer as the original does: tags within 2\.0e-04"):
        prove(model, tmp_path / "reference.npz")
