"""How networks on frames are trained: crops, a cosine schedule, early stopping, and a checkpoint after every epoch.

What an epoch draws depends on the seed and its number alone, so that a run that was killed goes on from its last
epoch to the very weights that it would have reached.
"""

from __future__ import annotations

import copy
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.pipeline.members.epochs import Epoch, FitParams, Observer, nobody
from genrekit.pipeline.members.spectra import (
    Batch,
    FloatArray,
    Spectra,
    band_scale,
    draw_batch,
    draw_tracks,
    inner_split,
    windows,
)

_CLIP_NORM: Final = 5.0
_SCORED_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What training leaves.

    Attributes:
        curve: all epochs.
        best: number of the epoch whose weights the network now has.
        scale: mean and standard deviation of the bands, float32 (n_bands, 1) each.
    """

    curve: tuple[Epoch, ...]
    best: int
    scale: tuple[FloatArray, FloatArray]


def device() -> torch.device:
    """Where to train: on a GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(
    network: nn.Module,
    spectra: Spectra,
    params: FitParams,
    checkpoint: Path | None = None,
    observer: Observer = nobody,
) -> Fitted:
    """Train a network in place; it ends with the weights of the epoch that was best on the tracks held back.

    Args:
        network: from standardised crops float32 (n, n_bands, n_frames) to the genres' logits (n, n_genres) and as
            many other outputs as the teacher has (n, n_outputs).
        spectra: training tracks.
        params: how.
        checkpoint: where the state is kept after every epoch; training goes on from there if it is of the same
            settings and tracks. None to keep none.
        observer: is told of each epoch.

    Raises:
        SettingsError: a teacher is asked for and there is none.
    """
    if (params.teacher or params.imitation) and not spectra.soft:
        raise SettingsError(BAD_SETTING, "teacher", "needs tracks with what a teacher says of them")
    held = inner_split(spectra.genre, spectra.groups, params.held_back, np.random.default_rng(params.seed))
    inner, outer = spectra.of(np.flatnonzero(~held)), spectra.of(np.flatnonzero(held))
    run = _Run(network.to(device()), inner, outer, params, band_scale(inner.frames), checkpoint)
    run.resume()
    while run.wanted():
        run.epoch()
        run.keep()
        observer(run.curve[-1])
    network.load_state_dict(run.best_weights)
    network.eval()
    return Fitted(tuple(run.curve), run.best, run.scale)


def log_proba(network: nn.Module, values: FloatArray) -> FloatArray:
    """Log-probabilities float32 (n, n_genres) of standardised windows float32 (n, n_bands, n_frames)."""
    network.eval()
    place = next(network.parameters()).device
    with torch.inference_mode():
        rows = [
            torch.log_softmax(network(torch.from_numpy(values[start : start + _SCORED_AT_ONCE]).to(place))[0], 1)
            for start in range(0, len(values), _SCORED_AT_ONCE)
        ]
        return np.asarray(torch.cat(rows).cpu().numpy(), dtype=np.float32)


class _Run:
    """One training, from epoch to epoch."""

    def __init__(
        self,
        network: nn.Module,
        inner: Spectra,
        outer: Spectra,
        params: FitParams,
        scale: tuple[FloatArray, FloatArray],
        checkpoint: Path | None,
    ) -> None:
        self.network, self.inner, self.outer = network, inner, outer
        self.params, self.scale, self.checkpoint = params, scale, checkpoint
        self.optimizer = torch.optim.AdamW(
            network.parameters(), lr=params.learning_rate, weight_decay=params.weight_decay
        )
        self.steps_done = 0
        self.averaged = copy.deepcopy(network)
        self.curve: list[Epoch] = []
        self.best = 0
        self.best_weights = _copied(network)

    def _rate(self) -> float:
        """Learning rate of the step that comes next."""
        step, total = self.steps_done, self.params.epochs * self.params.steps
        rising = max(1.0, self.params.warmup * total)
        falling = 0.5 * (1 + np.cos(np.pi * min(1.0, max(0.0, step - rising) / max(1.0, total - rising))))
        return self.params.learning_rate * float(min((step + 1) / rising, falling))

    def wanted(self) -> bool:
        """Whether another epoch shall follow."""
        done = len(self.curve)
        return done < self.params.epochs and done - self.best < self.params.patience

    def epoch(self) -> None:
        """Learn from one epoch's crops, then see whether the tracks held back are told better."""
        number, started = len(self.curve) + 1, time.perf_counter()
        rng = np.random.default_rng([self.params.seed, number])
        torch.manual_seed(int(rng.integers(2**31)))
        self.network.train()
        tracks = draw_tracks(self.inner.genre, self.params.steps * self.params.batch, rng)
        losses = [self._step(part, rng) for part in np.split(tracks, self.params.steps)]
        valid_loss, valid_accuracy = self._validate()
        if not self.curve or valid_loss <= min(row.valid_loss for row in self.curve):
            self.best, self.best_weights = number, _copied(self.averaged)
        spent = time.perf_counter() - started
        mean = float(np.mean(losses))
        self.curve.append(Epoch(number, self.params.epochs, mean, valid_loss, valid_accuracy, self._rate(), spent))

    def _step(self, tracks: Any, rng: np.random.Generator) -> float:
        batch = draw_batch(self.inner, tracks, self.params.crop_frames, self.scale, self.params.disturb, rng)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._loss(batch)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP_NORM)
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate()
        self.optimizer.step()
        self.steps_done += 1
        self._average()
        return float(loss.detach())

    def _average(self) -> None:
        """Let the averaged weights follow; early ones, far from where it ends, are soon forgotten."""
        decay = min(self.params.averaging, self.steps_done / (self.steps_done + 10))
        with torch.no_grad():
            for mean, value in zip(
                self.averaged.state_dict().values(), self.network.state_dict().values(), strict=True
            ):
                if mean.is_floating_point():
                    mean.lerp_(value, 1 - decay)

    def _loss(self, batch: Batch) -> torch.Tensor:
        place = next(self.network.parameters()).device
        values, label, proba, outputs = (
            torch.from_numpy(array).to(place) for array in (batch.values, batch.label, batch.proba, batch.outputs)
        )
        logits, others = self.network(values)
        smooth = label * (1 - self.params.smoothing) + self.params.smoothing / label.shape[1]
        target = (1 - self.params.teacher) * smooth + self.params.teacher * proba
        loss = -(target * torch.log_softmax(logits, 1)).sum(1).mean()
        if self.params.imitation:
            loss = loss + self.params.imitation * nn.functional.mse_loss(others, outputs)
        return loss

    def _validate(self) -> tuple[float, float]:
        mean, spread = self.scale
        rows = [
            log_proba(self.averaged, (windows(frames, self.params.crop_frames) - mean) / spread).mean(axis=0)
            for frames in self.outer.frames
        ]
        scores = np.stack(rows)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        hits = scores.argmax(axis=1) == self.outer.genre
        return float(-scores[np.arange(len(scores)), self.outer.genre].mean()), float(hits.mean())

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one of the same settings and tracks."""
        if self.checkpoint is None or not self.checkpoint.exists():
            return
        # Arrays and numbers alone are read: a file that would run code is refused.
        state = torch.load(self.checkpoint, weights_only=True)
        if state["made_of"] != self._made_of():
            return
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps_done = state["step"]
        self.curve = [Epoch(**row) for row in state["curve"]]
        self.best, self.best_weights = state["best"], state["best_weights"]

    def keep(self) -> None:
        """Write the checkpoint, whole or not at all."""
        if self.checkpoint is None:
            return
        state = {
            "made_of": self._made_of(),
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.steps_done,
            "curve": [asdict(row) for row in self.curve],
            "best": self.best,
            "best_weights": self.best_weights,
        }
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        staging = self.checkpoint.with_suffix(f".{os.getpid()}.tmp")
        torch.save(state, staging)
        staging.replace(self.checkpoint)

    def _made_of(self) -> dict[str, Any]:
        shapes = {name: list(value.shape) for name, value in self.network.state_dict().items()}
        sizes = [[track.shape[1] for track in part.frames] for part in (self.inner, self.outer)]
        return {"params": asdict(self.params), "shapes": shapes, "sizes": sizes}


def _copied(network: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}
