"""The layers of a MusiCNN checkpoint by role, with what can be folded into the filters folded in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Variables = Mapping[str, NDArray[np.float32]]
Array = NDArray[np.float64]

_NORM_EPSILON: Final = 1e-3


@dataclass(frozen=True, slots=True)
class BankSpec:
    """Names in the checkpoint of one bank of filters, and into how many pieces its kernels are cut (0: direct)."""

    layer: str
    norm: str
    pieces: int


BANKS: Final = (
    BankSpec("conv2d", "batch_normalization_1", 1),
    BankSpec("conv2d_1", "batch_normalization_2", 2),
    BankSpec("conv2d_2", "batch_normalization_3", 0),
    BankSpec("conv2d_3", "batch_normalization_4", 0),
    BankSpec("conv2d_4", "batch_normalization_5", 0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """A batch norm at inference: values times scale plus offset, float64 (channels,) each."""

    scale: Array
    offset: Array


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """One bank of all nets together, channels net by net.

    Attributes:
        kernel: (channels, taps, width), signs and input scale inside.
        edge: (channels,), input offset by input scale.
        bias: (channels,), signs inside.
        sign: (channels,), of the norm's scale.
        norm: after the rectifier.
        pieces: see `BankSpec`.
        channels: of one net; net i has those from i times this number.
    """

    kernel: Array
    edge: Array
    bias: Array
    sign: Array
    norm: Norm
    pieces: int
    channels: int

    def filled(self, multiple: int) -> Bank:
        """The same with idle channels at the end, up to a multiple."""
        idle = -self.sign.size % multiple

        def padded(values: Array) -> Array:
            return np.concatenate([values, np.zeros((idle, *values.shape[1:]))])

        return Bank(
            kernel=padded(self.kernel),
            edge=padded(self.edge),
            bias=padded(self.bias),
            sign=padded(self.sign),
            norm=Norm(padded(self.norm.scale), padded(self.norm.offset)),
            pieces=self.pieces,
            channels=self.channels,
        )


def read_norm(variables: Variables, name: str) -> Norm:
    """A batch norm as one scale and one offset a channel."""
    gamma, beta, mean, variance = (
        variables[f"{name}/{part}"].astype(np.float64) for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    scale = gamma / np.sqrt(variance + _NORM_EPSILON)
    return Norm(scale, beta - mean * scale)


def read_bank(nets: Sequence[Variables], spec: BankSpec) -> Bank:
    """One bank of all nets, with the norm of the input and the signs folded in."""
    inputs = [read_norm(net, "batch_normalization") for net in nets]
    norms = [read_norm(net, spec.norm) for net in nets]
    signs = [np.where(norm.scale < 0, -1.0, 1.0) for norm in norms]
    kernels = [
        net[f"{spec.layer}/kernel"][:, :, 0, :].transpose(2, 0, 1) * (sign * norm.scale)[:, None, None]
        for net, norm, sign in zip(nets, inputs, signs, strict=True)
    ]
    edges = [np.full(sign.size, (norm.offset / norm.scale)[0]) for norm, sign in zip(inputs, signs, strict=True)]
    biases = [net[f"{spec.layer}/bias"] * sign for net, sign in zip(nets, signs, strict=True)]
    return Bank(
        kernel=np.concatenate(kernels),
        edge=np.concatenate(edges),
        bias=np.concatenate(biases),
        sign=np.concatenate(signs),
        norm=Norm(np.concatenate([n.scale for n in norms]), np.concatenate([n.offset for n in norms])),
        pieces=spec.pieces,
        channels=signs[0].size,
    )


def same_padding(taps: int) -> tuple[int, int]:
    """Zeros before and after, so that there are as many frames out as in (the longer side after)."""
    return (taps - 1) // 2, taps // 2
