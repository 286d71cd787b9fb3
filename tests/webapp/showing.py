"""Answers for the page to show, made up: tests of the page need no music."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from genrekit.genres import GTZAN_GENRES
from genrekit.steps.ensemble import Combination, combine_timeline, combine_track
from genrekit.values import ClipResult, MemberScores, Prediction
from genrekit.webapp.asking import Asking, Inside
from genrekit.wire import ModelRecord


def proba_of(genre: str, top: float, genres: Sequence[str] = GTZAN_GENRES) -> dict[str, float]:
    """So much for one genre, the rest shared evenly."""
    rest = (1 - top) / (len(genres) - 1)
    return {name: top if name == genre else rest for name in genres}


def made_prediction(genre: str = "jazz", top: float = 0.8, *, unsure: bool = False, n_clips: int = 8) -> Prediction:
    """An answer whose second half leans less and less towards the genre."""
    clips = tuple(
        ClipResult(3.0 * index, 3.0 * index + 3, proba_of(genre, max(top - 0.05 * index, 0.12)))
        for index in range(n_clips)
    )
    return Prediction(genre, unsure, proba_of(genre, top), clips, 3.0 * n_clips, "0123456789abcdef")


def combined(scores: MemberScores, genres: Sequence[str], sharpness: float) -> Prediction:
    """The answer that the ensemble gives to one member's scores, a stretch for each of its rows."""
    combination = Combination(tuple(genres), (1.0,), sharpness)
    proba = combine_track([scores], combination)
    clips = combine_timeline([scores], combination, scores.spans)
    genre = max(proba, key=proba.__getitem__)
    return Prediction(genre, False, proba, clips, float(scores.spans[-1, 1]), "0123456789abcdef")


def made_model() -> ModelRecord:
    """A model as small as one can be told of."""
    return ModelRecord(
        artifact_id="0123456789abcdef",
        genrekit="9.9.9",
        genres=list(GTZAN_GENRES),
        members={"linear": 1.0},
        views={},
        clip_seconds=3.0,
        unsure_below=0.5,
        metrics={},
        provenance={"numpy": "2.0"},
    )


def made_row(family: str, amount: float, name: str = "", unit: str = "dB", loss: float = 0.3) -> dict[str, Any]:
    """What a change of the sound cost, as the report on robustness tells it."""
    return {
        "name": name or f"{family}_{amount:g}",
        "family": family,
        "amount": amount,
        "unit": unit,
        "tracks": 40,
        "accuracy": 0.8 - loss,
        "untouched": 0.8,
        "loss": loss,
        "loss_interval": [loss - 0.1, loss + 0.1],
    }


def asking_for(answer: Prediction | Exception) -> Asking:
    """Somebody who gives one answer to everything."""

    def predict(_: Path) -> Prediction:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Asking(predict, made_model, lambda _: Inside(), "by a test")
