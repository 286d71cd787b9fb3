"""A recurrent network on frames, for comparison: long short-term memory read forwards, the mean of what it says.

It is trained as the convolutional one is, and never exported: an artifact has no operator for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from genrekit.pipeline.members.epochs import FitParams, Observer, nobody
from genrekit.pipeline.members.fitting import fit, log_proba
from genrekit.pipeline.members.spectra import DisturbParams, FloatArray, Spectra


@dataclass(frozen=True, slots=True)
class LstmParams:
    """The network and its training.

    Attributes:
        units: of each of the two layers.
        dropout: between the layers, and of what the linear layer sees.
        fit: how it is trained; coefficients are not masked like bands, for they are not neighbours.
    """

    units: int = 64
    dropout: float = 0.3
    fit: FitParams = field(default_factory=lambda: FitParams(disturb=DisturbParams(band_masks=0, tilt=0.0)))


class LstmNetwork(nn.Module):
    """From standardised crops float32 (n, n_bands, n_frames) to logits (n, n_genres); no other outputs."""

    def __init__(self, n_bands: int, n_genres: int, params: LstmParams) -> None:
        super().__init__()
        self.layers = nn.LSTM(n_bands, params.units, num_layers=2, batch_first=True, dropout=params.dropout)
        self.dropout = nn.Dropout(params.dropout)
        self.genres = nn.Linear(params.units, n_genres)

    def forward(self, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of the genres, and (n, 0) in place of a teacher's outputs."""
        states, _ = self.layers(crops.transpose(1, 2))
        return self.genres(self.dropout(states.mean(1))), crops.new_zeros((len(crops), 0))


@dataclass(frozen=True, slots=True, eq=False)
class Lstm:
    """A trained network.

    Attributes:
        network: with the best weights.
        mean: float32 (n_bands, 1), of the bands.
        spread: float32 (n_bands, 1), their standard deviation.
    """

    network: LstmNetwork
    mean: FloatArray
    spread: FloatArray

    def log_proba(self, windows: FloatArray) -> FloatArray:
        """Log-probability of each genre, float32 (n, n_genres), for windows float32 (n, n_bands, n_frames)."""
        return log_proba(self.network, (windows - self.mean) / self.spread)


def train_lstm(
    spectra: Spectra, params: LstmParams, checkpoint: Path | None = None, observer: Observer = nobody
) -> Lstm:
    """Train the network.

    Args:
        spectra: training tracks; every genre occurs.
        params: of the network and its training.
        checkpoint: as for `genrekit.pipeline.members.fitting.fit`.
        observer: is told of each epoch.
    """
    torch.manual_seed(params.fit.seed)
    network = LstmNetwork(len(spectra.frames[0]), spectra.n_genres, params)
    fitted = fit(network, spectra, params.fit, checkpoint, observer)
    return Lstm(network, *fitted.scale)
