"""What the service and its workers say to each other: one JSON object a line."""

from __future__ import annotations

from typing import Literal

import msgspec

from genrekit.artifact import FeatureSummary
from genrekit.wire import ModelRecord, PredictionRecord


class Setup(msgspec.Struct, frozen=True):
    """The first line to a worker: which artifact, and how much address space it may take [bytes]."""

    artifact: str | None
    worker_bytes: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker has answered its own test clip: who it is, and what its training data looked like."""

    model: ModelRecord
    summary: FeatureSummary | None


class Task(msgspec.Struct, frozen=True):
    """One file to answer.

    Attributes:
        path: of the file that holds the body.
        form: ``audio`` for a sound file; ``samples`` and ``legacy`` for the two JSON bodies.
        limits: fields of `genrekit.limits.Limits` by name.
        max_seconds: hear only the beginning [s].
    """

    path: str
    form: Literal["audio", "samples", "legacy"]
    limits: dict[str, float]
    max_seconds: float | None = None


class Done(msgspec.Struct, frozen=True, tag="done"):
    """An answer.

    Attributes:
        record: with its timeline; its path is empty.
        steps: name, end [s since 1970] and duration [s] of each.
        features: mean over the track of the features that the artifact's summary names, or none.
    """

    record: PredictionRecord
    steps: list[tuple[str, float, float]]
    features: list[float]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """No answer: a code of the error table and the reason; ``pointer`` says where in a JSON body."""

    code: str
    reason: str
    pointer: str | None = None


FromWorker = Ready | Done | Failed
