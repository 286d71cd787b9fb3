import csv
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

import clipfeat
from genrekit.artifact import SHIPPED
from genrekit.steps.embeddings import HOP_SECONDS, Backbone, Patches, cut_patches, embedding_view, load_backbone

RATE = 16_000


def noise(n_samples, seed=0):
    return (0.1 * np.random.default_rng(seed).standard_normal(n_samples)).astype(np.float32)


@pytest.fixture(scope="module")
def means():
    """A backbone whose embedding is each band's mean over the patch."""
    nodes = [
        helper.make_node("ReduceMean", ["mel"], ["embedding"], axes=[1], keepdims=0),
        helper.make_node("Neg", ["embedding"], ["other"]),
    ]
    graph = helper.make_graph(
        nodes,
        "means",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["n", "t", 96])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 96]) for name in ("embedding", "other")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return load_backbone(model.SerializeToString())


@pytest.fixture(scope="module")
def shipped() -> Backbone:
    path = SHIPPED / "backbone.onnx"
    if not path.is_file():
        pytest.skip("the artifact that ships has no backbone")
    return load_backbone(path.read_bytes())


@settings(deadline=None)
@given(n_samples=st.integers(1, 10 * RATE), patch_frames=st.integers(1, 200), hop_frames=st.integers(1, 200))
def test_patches_lie_a_hop_apart_and_within_the_track(n_samples, patch_frames, hop_frames):
    patches = cut_patches(noise(n_samples), patch_frames=patch_frames, hop_frames=hop_frames)
    n_frames = 1 + n_samples // 256
    assert patches.frames == min(patch_frames, n_frames)
    assert patches.starts[0] == 0
    assert (np.diff(patches.starts) == hop_frames).all()
    assert 0 <= n_frames - (patches.starts[-1] + patches.frames) < hop_frames


def test_spans_tell_where_a_patch_lies_in_seconds():
    patches = cut_patches(noise(8 * RATE), patch_frames=125, hop_frames=124)
    np.testing.assert_allclose(patches.spans, [[0, 1.984], [1.984, 3.968], [3.968, 5.952], [5.952, 7.936]])


def test_a_track_shorter_than_a_patch_is_one_patch_of_its_own_length():
    patches = cut_patches(noise(RATE), patch_frames=125, hop_frames=124)
    assert patches.frames == 63
    assert patches.spans.tolist() == [[0.0, 62 * HOP_SECONDS]]


def test_pauses_are_left_out():
    samples = noise(12 * RATE)
    samples[4 * RATE - 512 : 8 * RATE + 512] = 0
    patches = cut_patches(samples, patch_frames=125, hop_frames=125)
    assert patches.starts.tolist() == [0, 125, 500, 625]


def test_the_backbone_is_given_the_log_of_each_patch():
    power = np.random.default_rng(0).uniform(0, 1, (20, 96)).astype(np.float32)
    mels = list(Patches(power, np.array([0, 3, 15]), 5).mels())
    assert [mel.shape for mel in mels] == [(1, 5, 96)] * 3
    np.testing.assert_allclose(mels[1][0], np.log10(1 + 10_000 * power[3:8]), rtol=1e-6)


def test_each_row_is_the_embedding_of_its_patch(means):
    samples = noise(8 * RATE)
    view = embedding_view(samples, means, patch_frames=125, hop_frames=124)
    mel = clipfeat.extract_musicnn_mel(samples)
    assert view.values.dtype == np.float32
    np.testing.assert_allclose(view.values[1], mel[124:249].mean(axis=0), rtol=1e-5)


def test_other_outputs_can_be_asked_for(means):
    patches = cut_patches(noise(4 * RATE), patch_frames=125, hop_frames=124)
    embedding, other = means.outputs(patches, ("embedding", "other"))
    np.testing.assert_array_equal(embedding, -other)


def test_the_shipped_backbone_embeds_any_length_from_a_second(shipped):
    for seconds in (1.0, 2.0, 5.5):
        view = embedding_view(noise(int(seconds * RATE)), shipped, patch_frames=125, hop_frames=124)
        assert view.values.shape == (max(1, int((seconds - 0.001) / 1.984)), 784)
        assert np.isfinite(view.values).all()


def test_the_same_sound_gives_the_same_bits(shipped):
    samples = noise(6 * RATE)
    first = embedding_view(samples, shipped, patch_frames=125, hop_frames=124)
    second = embedding_view(samples, shipped, patch_frames=125, hop_frames=124)
    np.testing.assert_array_equal(first.values, second.values)


def test_threads_may_share_it(shipped):
    patches = cut_patches(noise(4 * RATE), patch_frames=125, hop_frames=124)
    expected = shipped.embed(patches)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(shipped.embed, [patches] * 8))
    assert all(np.array_equal(result, expected) for result in results)


def lossless_tracks_with_taggrams(root):
    with (root / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [r for r in rows if r["kind"] == "whole" and r["lossless"] == "1" and r["taggram"] == "1"]


@pytest.mark.data
@pytest.mark.slow
def test_from_sound_to_tags_it_is_the_published_chain(shipped, data_root):
    """The nets' author published tags of these tracks: patches of 187 frames, hop 61, mirrored ends, raw level."""
    tracks = lossless_tracks_with_taggrams(data_root)
    assert len(tracks) >= 25
    with np.load(data_root / "taggrams" / "msd_musicnn_train.npz") as published:
        names, published_tags = published["name"], published["tags"]
    for track in tracks:
        audio = clipfeat.decode(data_root / track["audio"])
        samples = clipfeat.resample(audio.samples, audio.sample_rate, RATE)
        # A mirrored end is a longer signal without its first and last frame.
        power = clipfeat.musicnn_mel_power(np.pad(samples, 256, mode="reflect"))[1:-1]
        expected = published_tags[names == track["name"]]
        (tags,) = shipped.outputs(Patches(power, np.arange(len(expected)) * 61, 187), ("msd.tags",))
        assert np.corrcoef(tags.ravel(), expected.ravel())[0, 1] >= 0.999, track["name"]
