"""Things that tests are made of: sound, files of every format, small members and artifacts."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import onnx
import soundfile
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

import clipfeat
from genrekit.artifact import PROTOCOL, Calibration, Manifest, MemberEntry, TabularSettings, ViewSettings
from genrekit.genres import GTZAN_GENRES

Samples = NDArray[np.float32]
EXAMPLES = Path(__file__).parents[1] / "examples"

# Container, codec, and the sample format that the encoder takes; what soundfile writes is not listed.
_ENCODERS = {
    ".mp3": ("mp3", "libmp3lame"),
    ".m4a": ("ipod", "aac"),
    ".opus": ("ogg", "libopus"),
    ".webm": ("webm", "libopus"),
    ".wma": ("asf", "wmav2"),
}


def make_music(seconds: float, sample_rate: int = 22_050, seed: int = 0) -> Samples:
    """A chord with overtones, a beat and a little noise: sound that has something for every feature."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    partials = [(220.0, 0.2), (277.2, 0.15), (329.6, 0.15), (660.0, 0.05), (1320.0, 0.03)]
    chord = sum(gain * np.sin(2 * np.pi * pitch * time) for pitch, gain in partials)
    beat = np.exp(-20 * (time % 0.5)) * np.sin(2 * np.pi * 80 * time)
    noise = np.random.default_rng(seed).normal(0, 0.01, len(time))
    return (0.5 * (chord + 0.6 * beat + noise)).astype(np.float32)


def encode(path: Path, samples: Samples, sample_rate: int, bit_rate: int | None = None) -> Path:
    """Write samples (n,) or (n, channels) in the format that the extension names."""
    if path.suffix not in _ENCODERS:
        soundfile.write(path, samples, sample_rate)
        return path
    container_format, codec = _ENCODERS[path.suffix]
    frames = samples if samples.ndim == 2 else samples[:, None]
    layout = "mono" if frames.shape[1] == 1 else "stereo"
    with av.open(str(path), "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=sample_rate)
        stream.layout = layout
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=sample_rate)
        size = 4096
        for start in range(0, len(frames), size):
            block = np.ascontiguousarray(frames[start : start + size].T)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate = sample_rate
            for converted in resampler.resample(frame):
                container.mux(stream.encode(converted))
        for converted in resampler.resample(None):
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return path


def linear_member(n_dims: int, n_genres: int, seed: int = 0) -> bytes:
    """A member as small as one can be: a matrix, a softmax and a logarithm."""
    weights = np.random.default_rng(seed).normal(0, 1e-3, (n_dims, n_genres)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "weights"], ["logits"]),
            helper.make_node("LogSoftmax", ["logits"], ["log_proba"], axis=1),
        ],
        "member",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", n_dims])],
        [helper.make_tensor_value_info("log_proba", TensorProto.FLOAT, ["n", n_genres])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def frames_member(n_bands: int, n_genres: int, seed: int = 0) -> bytes:
    """The smallest member on frames of any number: their mean over time, then a matrix."""
    weights = np.random.default_rng(seed).normal(0, 1e-2, (n_bands, n_genres)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["frames"], ["mean"], axes=[2], keepdims=0),
            helper.make_node("MatMul", ["mean", "weights"], ["logits"]),
            helper.make_node("LogSoftmax", ["logits"], ["log_proba"], axis=1),
        ],
        "member",
        [helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["n", n_bands, "n_frames"])],
        [helper.make_tensor_value_info("log_proba", TensorProto.FLOAT, ["n", n_genres])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def tiny_manifest() -> Manifest:
    """Settings of an artifact with one member on the tabular view."""
    config = clipfeat.FeatureConfig()
    tabular = TabularSettings(config.recipe, config.fingerprint, config.sample_rate, clip_seconds=3.0)
    return Manifest(
        protocol=PROTOCOL,
        genres=GTZAN_GENRES,
        views=ViewSettings(level_dbfs=-17.0, embedding=None, tabular=tabular),
        members=(MemberEntry("linear", "tabular", "linear.onnx", 1.0),),
        calibration=Calibration(sharpness=1.0),
        clip_seconds=3.0,
        unsure_below=0.5,
        files={},
        feature_summary=None,
        metrics={},
        provenance={},
    )
