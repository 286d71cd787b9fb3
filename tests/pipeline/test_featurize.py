"""From recordings to what the members learn from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from genrekit.errors import DatasetError
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.featurize import (
    COPIES,
    PATCHES_A_COPY,
    featurize_clean,
    featurize_copies,
    featurize_tabular,
    load_rows,
    run,
)
from genrekit.steps.embeddings import Backbone, load_backbone
from tests.making import encode, make_music

RECIPE = {"level_dbfs": -17.0}


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


@pytest.mark.parametrize(("seconds", "patches"), [(15.0, PATCHES_A_COPY), (5.0, 2), (2.0, 1)])
def test_copies_give_a_few_patches_each(tmp_path: Path, backbone: Backbone, seconds: float, patches: int) -> None:
    arrays = featurize_copies(make_track(tmp_path, "song", seconds), backbone, seed=1)
    numbers, counts = np.unique(arrays["copy"], return_counts=True)
    assert numbers.tolist() == list(range(len(COPIES)))
    assert set(counts) <= {patches, patches + 1}
    assert counts.max() <= PATCHES_A_COPY
    assert (arrays["start"] >= 0).all()
    assert (arrays["start"] < seconds).all()


def test_copies_depend_on_seed_and_name_alone(tmp_path: Path, backbone: Backbone) -> None:
    track = make_track(tmp_path, "song", 4.0)
    first = featurize_copies(track, backbone, seed=1)
    featurize_copies(make_track(tmp_path, "other", 4.0), backbone, seed=1)
    np.testing.assert_array_equal(featurize_copies(track, backbone, seed=1)["embedding"], first["embedding"])
    renamed = featurize_copies(replace(track, name="renamed"), backbone, seed=1)
    assert not np.array_equal(renamed["embedding"][:1], first["embedding"][:1])


def test_tabular_rows_are_clips_of_ten_seconds(tmp_path: Path) -> None:
    arrays = featurize_tabular(make_track(tmp_path, "song", 26.0))
    np.testing.assert_allclose(arrays["start"], [0, 10, 20])
    assert arrays["values"].shape == (3, 57)


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path, backbone: Backbone) -> None:
    tracks = [make_track(tmp_path, name, 3.0) for name in ("a", "b", "c")]
    part = partial(featurize_clean, backbone=backbone)
    assert run(tracks[:2], tmp_path / "clean", part, RECIPE) == 2
    before = (tmp_path / "clean" / "a.npz").stat().st_mtime_ns
    assert run(tracks, tmp_path / "clean", part, RECIPE) == 1
    assert (tmp_path / "clean" / "a.npz").stat().st_mtime_ns == before


def test_a_track_that_fails_leaves_no_half_file(tmp_path: Path) -> None:
    def broken(track: Track) -> dict[str, np.ndarray]:
        return {"start": np.array([lambda: None])}

    with pytest.raises((TypeError, AttributeError, ValueError), match="pickle"):
        run([make_track(tmp_path, "a", 2.0)], tmp_path / "clean", broken, RECIPE)
    assert not (tmp_path / "clean" / "a.npz").exists()


def test_a_folder_of_another_recipe_is_refused(tmp_path: Path) -> None:
    run([], tmp_path / "clean", featurize_tabular, RECIPE)
    with pytest.raises(DatasetError, match="another recipe"):
        run([], tmp_path / "clean", featurize_tabular, {"level_dbfs": -20.0})


def test_rows_of_all_tracks_come_back_with_their_track(tmp_path: Path, backbone: Backbone) -> None:
    tracks = [make_track(tmp_path, "a", 3.0), make_track(tmp_path, "b", 7.0)]
    run(tracks, tmp_path / "clean", partial(featurize_clean, backbone=backbone), RECIPE)
    rows = load_rows(tmp_path / "clean", ["b", "a"])
    assert rows.track.tolist() == [0, 0, 0, 1]
    assert rows.values["embedding"].shape == (4, 96)


def test_a_track_not_computed_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"lost\.npz: is missing"):
        load_rows(tmp_path, ["lost"])


def test_another_file_than_the_index_describes_is_refused(tmp_path: Path) -> None:
    track = replace(make_track(tmp_path, "song", 2.0), sha256="0" * 64)
    with pytest.raises(DatasetError, match="not the file that the index describes"):
        featurize_tabular(track)


@pytest.mark.parametrize(("content", "reason"), [(b"no sound at all" * 100, "song"), (None, "cannot be read")])
def test_a_file_that_is_no_sound_is_named(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "song.wav"
    if content is not None:
        path.write_bytes(content)
    track = Track("song", "rock", path, "song", "whole", "", has_taggram=False)
    with pytest.raises(DatasetError, match=reason):
        featurize_tabular(track)


def test_a_track_without_a_file_is_named() -> None:
    track = Track("silent film", "rock", None, "x", "none", "", has_taggram=True)
    with pytest.raises(DatasetError, match="silent film: has no sound file"):
        featurize_tabular(track)
