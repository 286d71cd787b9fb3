"""The nets written down once more, as published: plain sums in float64, in the published order of operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]
Variables = Mapping[str, NDArray[np.float32]]

_BANK_SHAPES = {"": (7, 38, 204), "_1": (7, 67, 204), "_2": (128, 1, 51), "_3": (64, 1, 51), "_4": (32, 1, 51)}
_MID_SHAPES = {"_5": 561, "_6": 64, "_7": 64}
_NORMS = (1, 204, 204, 51, 51, 51, 64, 64, 64, 1506, 200)


@dataclass(frozen=True)
class Answer:
    """Of one patch: tags (50,), penultimate layer (200,), means of the middle layers (192,), pool (1506,)."""

    tags: Array
    penultimate: Array
    mid: Array
    pool: Array


def random_variables(seed: int) -> dict[str, NDArray[np.float32]]:
    """A net of the right shapes with random weights; some norms have a negative scale."""
    rng = np.random.default_rng(seed)

    def normal(*shape: int, scale: float = 1.0) -> NDArray[np.float32]:
        return (scale * rng.standard_normal(shape)).astype(np.float32)

    variables: dict[str, NDArray[np.float32]] = {}
    for suffix, (taps, width, channels) in _BANK_SHAPES.items():
        variables[f"conv2d{suffix}/kernel"] = normal(taps, width, 1, channels, scale=(taps * width) ** -0.5)
        variables[f"conv2d{suffix}/bias"] = normal(channels)
    for suffix, channels in _MID_SHAPES.items():
        variables[f"conv2d{suffix}/kernel"] = normal(7, channels, 1, 64, scale=(7 * channels) ** -0.5)
        variables[f"conv2d{suffix}/bias"] = normal(64)
    for suffix, (inputs, outputs) in {"": (1506, 200), "_1": (200, 50)}.items():
        variables[f"dense{suffix}/kernel"] = normal(inputs, outputs, scale=inputs**-0.5)
        variables[f"dense{suffix}/bias"] = normal(outputs)
    for index, channels in enumerate(_NORMS):
        name = f"batch_normalization_{index}" if index else "batch_normalization"
        variables[f"{name}/gamma"] = normal(channels)
        variables[f"{name}/beta"] = normal(channels)
        variables[f"{name}/moving_mean"] = normal(channels)
        variables[f"{name}/moving_variance"] = rng.uniform(0.5, 2.0, channels).astype(np.float32)
    return variables


def norm(variables: Variables, name: str, values: Array) -> Array:
    """Batch norm at inference over the last axis."""
    gamma, beta, mean, variance = (
        variables[f"{name}/{part}"].astype(np.float64) for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    return gamma * (values - mean) / np.sqrt(variance + 1e-3) + beta


def convolve(variables: Variables, layer: str, image: Array) -> Array:
    """Kernel over an image (n_frames, n_bands), zeros beyond its frames: (n_frames, n_places, channels)."""
    kernel = variables[f"{layer}/kernel"][:, :, 0, :].astype(np.float64)
    taps, width, channels = kernel.shape
    padded = np.pad(image, ((((taps - 1) // 2), taps // 2), (0, 0)))
    windows = sliding_window_view(padded, (taps, width))
    flat = windows.reshape(*windows.shape[:2], -1) @ kernel.reshape(-1, channels)
    return flat + variables[f"{layer}/bias"]


def answer(variables: Variables, mel: NDArray[np.float32]) -> Answer:
    """What a net says of one patch (n_frames, 96)."""
    image = norm(variables, "batch_normalization", mel.astype(np.float64)[..., None])[..., 0]
    banks = []
    for index, suffix in enumerate(_BANK_SHAPES):
        rectified = np.maximum(convolve(variables, f"conv2d{suffix}", image), 0.0)
        banks.append(norm(variables, f"batch_normalization_{index + 1}", rectified).max(axis=1))
    front = np.concatenate(banks, axis=1)
    mids: list[Array] = []
    for index, suffix in enumerate(_MID_SHAPES):
        source = mids[-1] if mids else front
        rectified = np.maximum(convolve(variables, f"conv2d{suffix}", source)[:, 0], 0.0)
        normed = norm(variables, f"batch_normalization_{index + 6}", rectified)
        mids.append(normed + source if mids else normed)
    everything = np.concatenate([front, *mids], axis=1)
    pool = np.stack([everything.max(axis=0), everything.mean(axis=0)], axis=1).reshape(-1)
    normed = norm(variables, "batch_normalization_9", pool)
    hidden = np.maximum(normed @ variables["dense/kernel"] + variables["dense/bias"], 0.0)
    penultimate = norm(variables, "batch_normalization_10", hidden)
    logits = penultimate @ variables["dense_1/kernel"] + variables["dense_1/bias"]
    return Answer(1 / (1 + np.exp(-logits)), penultimate, everything.mean(axis=0)[561:], pool)
