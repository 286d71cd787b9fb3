"""The member trained from scratch: a small convolutional network on mel levels or cepstral coefficients.

Four convolutions, each with batch normalisation and a rectifier, the mean and the maximum of what they find, and one
linear layer. With a teacher, a second linear layer imitates its other outputs while training; it is not exported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.pipeline.members.cnn_graph import Convolution, Network, network_graph
from genrekit.pipeline.members.epochs import Epoch, FitParams, Observer, nobody
from genrekit.pipeline.members.fitting import fit, log_proba
from genrekit.pipeline.members.spectra import FloatArray, Spectra

_LEAST_BANDS: Final = 16  # four times halved, one is left


@dataclass(frozen=True, slots=True)
class CnnParams:
    """The network and its training.

    Attributes:
        channels: of the four convolutions.
        dropout: of what the linear layers see.
        fit: how it is trained.
    """

    channels: tuple[int, int, int, int] = (16, 32, 64, 128)
    dropout: float = 0.3
    fit: FitParams = field(default_factory=FitParams)


class CnnNetwork(nn.Module):
    """From standardised crops float32 (n, n_bands, n_frames) to logits (n, n_genres) and (n, n_outputs)."""

    def __init__(self, channels: tuple[int, ...], n_genres: int, n_outputs: int, dropout: float) -> None:
        super().__init__()
        before = (1, *channels[:-1])
        self.convolutions = nn.ModuleList(
            nn.Conv2d(given, made, 3 if index else 5, 1 if index else 2, 1 if index else 2, bias=False)
            for index, (given, made) in enumerate(zip(before, channels, strict=True))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(made) for made in channels)
        self.dropout = nn.Dropout(dropout)
        self.genres = nn.Linear(2 * channels[-1], n_genres)
        self.others = nn.Linear(2 * channels[-1], n_outputs)
        # Channels side by side in memory: twice as fast on a CPU.
        self.to(memory_format=torch.channels_last)

    def forward(self, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of the genres, and the teacher's other outputs."""
        maps = crops[:, None]
        last = len(self.convolutions) - 1
        for index, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            maps = torch.relu(norm(convolution(maps)))
            if index < last:
                maps = nn.functional.max_pool2d(maps, 2)
        pooled = self.dropout(torch.cat([maps.mean((2, 3)), maps.amax((2, 3))], 1))
        return self.genres(pooled), self.others(pooled)


@dataclass(frozen=True, slots=True, eq=False)
class Cnn:
    """A trained network.

    Attributes:
        network: with the best weights.
        mean: float32 (n_bands, 1), of the bands.
        spread: float32 (n_bands, 1), their standard deviation.
        curve: of the training.
        best: number of the best epoch.
    """

    network: CnnNetwork
    mean: FloatArray
    spread: FloatArray
    curve: tuple[Epoch, ...]
    best: int

    def log_proba(self, windows: FloatArray) -> FloatArray:
        """Log-probability of each genre, float32 (n, n_genres), for windows float32 (n, n_bands, n_frames)."""
        return log_proba(self.network, (windows - self.mean) / self.spread)

    @property
    def parameters(self) -> int:
        """Numbers learnt, those of the exported part."""
        return sum(value.numel() for name, value in self.network.named_parameters() if not name.startswith("others."))


def train_cnn(spectra: Spectra, params: CnnParams, checkpoint: Path | None = None, observer: Observer = nobody) -> Cnn:
    """Train the network; with a teacher if `spectra` has what one says and `params.fit` gives it weight.

    Args:
        spectra: training tracks; every genre occurs.
        params: of the network and its training.
        checkpoint: as for `genrekit.pipeline.members.fitting.fit`.
        observer: is told of each epoch.

    Raises:
        SettingsError: a teacher is asked for and there is none, or there are too few bands.
    """
    n_bands = len(spectra.frames[0])
    if n_bands < _LEAST_BANDS:
        raise SettingsError(BAD_SETTING, "bands", f"must be at least {_LEAST_BANDS} for this network, got {n_bands}")
    n_outputs = spectra.soft[0].outputs.shape[1] if spectra.soft else 0
    torch.manual_seed(params.fit.seed)
    network = CnnNetwork(params.channels, spectra.n_genres, max(1, n_outputs), params.dropout)
    fitted = fit(network, spectra, params.fit, checkpoint, observer)
    return Cnn(network, *fitted.scale, fitted.curve, fitted.best)


def export_cnn(cnn: Cnn) -> bytes:
    """Serialised ONNX graph of the network, standardisation included.

    Input ``frames``, float32 (n, n_bands, n_frames); output ``log_proba``, float32 (n, n_genres).
    """
    state = {name: value.detach().cpu().numpy() for name, value in cnn.network.state_dict().items()}
    convolutions = [
        _folded(state, index, norm) for index, norm in enumerate(cnn.network.norms) if isinstance(norm, nn.BatchNorm2d)
    ]
    weights, bias = state["genres.weight"].T, state["genres.bias"]
    return network_graph(Network(cnn.mean, cnn.spread, tuple(convolutions), np.ascontiguousarray(weights), bias))


def _folded(state: dict[str, FloatArray], index: int, norm: nn.BatchNorm2d) -> Convolution:
    """A convolution with its normalisation in its own weights: what it does with fixed statistics."""
    weight = state[f"convolutions.{index}.weight"].astype(np.float64)
    gain = state[f"norms.{index}.weight"] / np.sqrt(state[f"norms.{index}.running_var"].astype(np.float64) + norm.eps)
    bias = state[f"norms.{index}.bias"] - gain * state[f"norms.{index}.running_mean"]
    stride = 1 if index else 2
    return Convolution((weight * gain[:, None, None, None]).astype(np.float32), bias.astype(np.float32), stride)
