"""From recordings to what the members learn from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from genrekit.artifact import SHIPPED
from genrekit.errors import DatasetError
from genrekit.pipeline.augment import STRONG, WEAK
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.feature_store import load_rows
from genrekit.pipeline.featurize import (
    Inputs,
    Outputs,
    featurize_clean,
    featurize_copies,
    featurize_tabular,
    run,
)
from genrekit.pipeline.layout import BACKBONE
from genrekit.pipeline.settings import FeaturizeParams
from genrekit.steps.embeddings import Backbone, load_backbone
from tests.making import encode, make_music

STRENGTHS = (STRONG, WEAK)
MOST = 6


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    """Stands in for the nets: the embedding is each band's mean, the tags its maximum."""
    nodes = [
        helper.make_node("ReduceMean", ["mel"], ["embedding"], axes=[1], keepdims=0),
        helper.make_node("ReduceMax", ["mel"], ["msd.tags"], axes=[1], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "bands",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["n", "t", 96])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 96]) for name in ("embedding", "msd.tags")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return load_backbone(model.SerializeToString())


def make_track(folder: Path, name: str, seconds: float, gain: float = 1.0) -> Track:
    path = encode(folder / f"{name}.wav", (gain * make_music(seconds)).astype(np.float32), 22_050)
    return Track(
        name=name,
        genre="rock",
        audio=path,
        group=name,
        kind="whole",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        has_taggram=False,
    )


def test_clean_rows_are_all_patches(tmp_path: Path, backbone: Backbone) -> None:
    arrays = featurize_clean(make_track(tmp_path, "song", 10.0), backbone)
    np.testing.assert_allclose(arrays["start"], [0, 1.984, 3.968, 5.952, 7.936])
    assert arrays["embedding"].shape == arrays["tags"].shape == (5, 96)


def test_level_does_not_matter(tmp_path: Path, backbone: Backbone) -> None:
    loud = featurize_clean(make_track(tmp_path, "loud", 4.0), backbone)
    soft = featurize_clean(make_track(tmp_path, "soft", 4.0, gain=0.1), backbone)
    # What 16-bit samples leave.
    np.testing.assert_allclose(soft["embedding"], loud["embedding"], atol=0.02)


@pytest.mark.parametrize(("seconds", "patches"), [(15.0, MOST), (5.0, 2), (2.0, 1)])
def test_copies_give_a_few_patches_each(tmp_path: Path, backbone: Backbone, seconds: float, patches: int) -> None:
    arrays = featurize_copies(make_track(tmp_path, "song", seconds), backbone, 1, STRENGTHS, MOST)
    numbers, counts = np.unique(arrays["copy"], return_counts=True)
    assert numbers.tolist() == list(range(len(STRENGTHS)))
    assert set(counts) <= {patches, patches + 1}
    assert counts.max() <= MOST
    assert (arrays["start"] >= 0).all()
    assert (arrays["start"] < seconds).all()


def test_copies_depend_on_seed_and_name_alone(tmp_path: Path, backbone: Backbone) -> None:
    track = make_track(tmp_path, "song", 4.0)
    first = featurize_copies(track, backbone, 1, STRENGTHS, MOST)
    featurize_copies(make_track(tmp_path, "other", 4.0), backbone, 1, STRENGTHS, MOST)
    np.testing.assert_array_equal(
        featurize_copies(track, backbone, 1, STRENGTHS, MOST)["embedding"], first["embedding"]
    )
    renamed = featurize_copies(replace(track, name="renamed"), backbone, 1, STRENGTHS, MOST)
    assert not np.array_equal(renamed["embedding"][:1], first["embedding"][:1])


def test_tabular_rows_are_clips_of_ten_seconds(tmp_path: Path) -> None:
    arrays = featurize_tabular(make_track(tmp_path, "song", 26.0), 10.0)
    np.testing.assert_allclose(arrays["start"], [0, 10, 20])
    assert arrays["values"].shape == (3, 57)


def test_another_file_than_the_index_describes_is_refused(tmp_path: Path) -> None:
    track = replace(make_track(tmp_path, "song", 2.0), sha256="0" * 64)
    with pytest.raises(DatasetError, match="not the file that the index describes"):
        featurize_tabular(track, 10.0)


@pytest.mark.parametrize(("content", "reason"), [(b"no sound at all" * 100, "song"), (None, "cannot be read")])
def test_a_file_that_is_no_sound_is_named(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "song.wav"
    if content is not None:
        path.write_bytes(content)
    track = Track("song", "rock", path, "song", "whole", "", has_taggram=False)
    with pytest.raises(DatasetError, match=reason):
        featurize_tabular(track, 10.0)


def test_a_track_without_a_file_is_named() -> None:
    track = Track("silent film", "rock", None, "x", "none", "", has_taggram=True)
    with pytest.raises(DatasetError, match="silent film: has no sound file"):
        featurize_tabular(track, 10.0)


def test_the_stage_computes_all_parts_of_what_has_sound(tmp_path: Path) -> None:
    song = make_track(tmp_path, "song", 3.0)
    (tmp_path / "index.csv").write_text(f"name,genre,audio,sha256\nsong,rock,song.wav,{song.sha256}\nunheard,pop,,\n")
    inputs = Inputs(tmp_path, SHIPPED / BACKBONE)
    run(inputs, Outputs(tmp_path / "features"), FeaturizeParams(strong=1, weak=0))
    assert {path.name for path in tmp_path.glob("features/*/*.npz")} == {"song.npz"}
    rows = {part: load_rows(tmp_path / "features" / part, ["song"]).values for part in ("clean", "copies", "tabular")}
    assert rows["clean"]["embedding"].shape == rows["copies"]["embedding"].shape == (1, 784)
    assert rows["tabular"]["values"].shape == (1, 57)


def test_another_seed_leaves_alone_what_does_not_depend_on_it(tmp_path: Path) -> None:
    song = make_track(tmp_path, "song", 3.0)
    (tmp_path / "index.csv").write_text(f"name,genre,audio,sha256\nsong,rock,song.wav,{song.sha256}\n")

    def written(seed: int) -> dict[str, int]:
        params = FeaturizeParams(strong=1, weak=0, seed=seed)
        run(Inputs(tmp_path, SHIPPED / BACKBONE), Outputs(tmp_path / "features"), params)
        return {path.parent.name: path.stat().st_mtime_ns for path in tmp_path.glob("features/*/song.npz")}

    first, second = written(1), written(2)
    assert {part for part in first if first[part] != second[part]} == {"copies"}
