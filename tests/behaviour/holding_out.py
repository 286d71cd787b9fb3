"""The shipped line with a head that never heard the clips it is asked about, nor anything else by their artists."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from genrekit.pipeline.datasets.index import read_dataset
from genrekit.pipeline.perturb import middle
from genrekit.predictor import Predictor
from genrekit.steps.members import load_member
from genrekit.values import Prediction, Waveform

HELD_OUT = Path(__file__).parent / "held_out"


@dataclass(frozen=True)
class Clip:
    """Ten seconds, or an excerpt, that nobody should mistake, and its genre."""

    name: str
    genre: str
    sound: Waveform


def held_out_predictor(shipped: Predictor) -> Predictor:
    """The shipped artifact with the head that was trained without one fold."""
    head = load_member("musicnn", "embedding", 1.0, (HELD_OUT / "head.onnx").read_bytes())
    return replace(shipped, members=(head,))


def held_out_clips(root: Path) -> list[Clip]:
    """The clips of that fold, as long as they lie in the data set at hand."""
    audio = {track.name: track.audio for track in read_dataset(root).with_audio}
    named = json.loads((HELD_OUT / "clips.json").read_text())["clips"]
    return [Clip(name, genre, middle(audio[name])) for name, genre in named.items() if name in audio]


def answers(predictor: Predictor, sounds: list[Waveform]) -> list[Prediction]:
    return [predictor.predict_samples(sound.samples, sound.sample_rate) for sound in sounds]


def confidence(predictions: list[Prediction]) -> float:
    """Mean probability of the answer given."""
    return float(np.mean([max(prediction.proba.values()) for prediction in predictions]))
