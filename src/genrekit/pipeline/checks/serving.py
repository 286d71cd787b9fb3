"""Whether what was trained is what answers, and how fast."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from genrekit.pipeline.checks.check import Check, Limit, at_most, reported
from genrekit.pipeline.trainers import Trainer, view_rows
from genrekit.pipeline.training_data import TrainingData
from genrekit.predictor import Predictor
from genrekit.steps.decode import decode
from genrekit.steps.members import load_member
from genrekit.values import View

SUBJECT: Final = "serving"
PARITY: Final = Limit(gate=1e-3, wanted=1e-4)
LINE: Final = Limit(gate=1e-2, wanted=1e-3)
_ROWS: Final = 500
_TRACKS: Final = 4
_ROUNDS: Final = 5


def check_serving(data: TrainingData, trainers: Mapping[str, Trainer], predictor: Predictor) -> list[Check]:
    """ONNX against the training library, the line against the stored features, and the time of an answer."""
    return [
        *(_parity(data, name, train) for name, train in trainers.items()),
        *_line(data, predictor, trainers),
        _speed(data, predictor),
    ]


def _parity(data: TrainingData, name: str, train: Trainer) -> Check:
    """The exported graph against the model that it was exported from, on the same rows."""
    trained = train(data, np.ones(len(data.tracks), bool))
    values = view_rows(data, name).values[:_ROWS]
    spans = np.zeros((len(values), 2))
    served = load_member(name, "", 1.0, trained.export()).score(View(values, spans)).log_proba
    gap = float(np.abs(np.exp(served) - np.exp(trained.log_proba(values))).max())
    note = f"Largest difference of a probability between the graph and what was trained, over {len(values)} rows."
    return at_most(SUBJECT, f"ONNX parity, {name}", gap, PARITY, note)


def _line(data: TrainingData, predictor: Predictor, stored_for: Collection[str]) -> list[Check]:
    """From the file to a member's scores, against the scores of the features that it was trained with."""
    checks = []
    for index, member in enumerate(predictor.members):
        if member.name not in stored_for:
            continue
        rows, gaps = view_rows(data, member.name), []
        for place in _spread(data):
            audio = data.tracks[place].audio
            if audio is not None:
                served = predictor.member_scores(decode(audio, predictor.limits))[index].log_proba
                values = rows.values[rows.track == place]
                stored = member.score(View(values, np.zeros((len(values), 2)))).log_proba
                gaps.append(float(np.abs(np.exp(served).mean(axis=0) - np.exp(stored).mean(axis=0)).max()))
        note = (
            f"Largest difference of a probability between a file answered and its stored features, {len(gaps)} tracks."
        )
        checks.append(at_most(SUBJECT, f"training against serving, {member.name}", max(gaps), LINE, note))
    return checks


def _spread(data: TrainingData) -> list[int]:
    heard = [place for place, track in enumerate(data.tracks) if track.audio is not None]
    return heard[:: max(1, len(heard) // _TRACKS)][:_TRACKS]


def _speed(data: TrainingData, predictor: Predictor) -> Check:
    """Told, never gated: it is the machine's and its load's as much as ours."""
    audio: Path | None = data.tracks[_spread(data)[0]].audio
    assert audio is not None  # noqa: S101 - only tracks that have one are picked
    times = []
    for _ in range(_ROUNDS):
        begin = time.process_time()
        prediction = predictor.predict(audio)
        times.append(time.process_time() - begin)
    note = f"CPU seconds of one answer to {prediction.duration:.0f} s of sound, median of {_ROUNDS}, on this machine."
    return reported(SUBJECT, "time of an answer", float(np.median(times)), note)
