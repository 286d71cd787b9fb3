"""A worker: a process of its own that decodes and predicts, and may crash, hang or be killed.

It reads one message a line on stdin and answers each with one on stdout (see `genrekit.service.messages`);
when stdin ends, so does it. Nothing of the web is imported here, and nothing of it crosses over.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import numpy as np

import clipfeat
from genrekit.errors import DECODER_ENDED, MALFORMED, TOO_LARGE, ArtifactError, AudioError, GenrekitError, ServiceError
from genrekit.limits import Limits
from genrekit.predictor import Predictor, model_record
from genrekit.service.messages import Done, Failed, FromWorker, Ready, Setup, Task
from genrekit.values import FloatArray, Prediction, View, Waveform
from genrekit.wire import prediction_record

_TEST_CLIP: Final = Path(__file__).parent / "selftest.ogg"
# The event loop comes first: a refusal or a health check must not wait for arithmetic.
_NICENESS: Final = 5
_LEGACY_RATE: Final = 22_050


class _SamplesBody(msgspec.Struct, forbid_unknown_fields=True):
    # Also a mixture of both passes here; the predictor refuses it as no rectangular array.
    samples: list[float | list[float]]
    sample_rate: int


class _LegacyBody(msgspec.Struct):
    audios: list[float]
    sample_rate: int = _LEGACY_RATE
    gtzan_model: str = "Random Forest"
    mfcc_model: str = "CNN"


class Worker:
    """A predictor with what is watched while it answers."""

    def __init__(self, artifact: str | None) -> None:
        self._steps: list[tuple[str, float, float]] = []
        self._features: list[float] = []
        predictor = Predictor.load(artifact, observer=self)
        self._summary = predictor.artifact.manifest.feature_summary
        self._predictor = self._watched(predictor)

    def step(self, name: str, seconds: float) -> None:
        """Keep the end and the duration of a step."""
        self._steps.append((name, time.time(), seconds))

    def ready(self) -> Ready:
        """Answer the bundled clip.

        Raises:
            GenrekitError: the artifact cannot.
        """
        self._predictor.predict(_TEST_CLIP)
        return Ready(model_record(self._predictor.artifact), self._summary)

    def answer(self, task: Task) -> Done | Failed:
        """Answer one task; whatever is wrong with its file is a `Failed`."""
        self._steps, self._features = [], []
        try:
            prediction = self._predict(task)
        except msgspec.DecodeError as error:
            message, _, place = str(error).partition(" - at `$")
            return Failed(MALFORMED.code, message, _pointer(place.rstrip("`")))
        except GenrekitError as error:
            return Failed(error.kind.code, error.reason)
        except MemoryError:
            return Failed(TOO_LARGE.code, "needs more memory than one file may take")
        except Exception as error:  # noqa: BLE001 - whatever a stranger's file provokes is told of that file
            return Failed(DECODER_ENDED.code, f"made its reader fail ({type(error).__name__})")
        return Done(prediction_record("", prediction, timeline=True), self._steps, self._features)

    def _predict(self, task: Task) -> Prediction:
        predictor = dataclasses.replace(self._predictor, limits=Limits(**task.limits))  # type: ignore[arg-type]
        if task.form == "audio":
            return predictor.predict(task.path, max_seconds=task.max_seconds)
        body = Path(task.path).read_bytes()
        if task.form == "samples":
            given = msgspec.json.decode(body, type=_SamplesBody)
            return predictor.predict_samples(given.samples, given.sample_rate)
        legacy = msgspec.json.decode(body, type=_LegacyBody)
        _check_legacy_names(legacy)
        return predictor.predict_samples(legacy.audios, legacy.sample_rate)

    def _watched(self, predictor: Predictor) -> Predictor:
        """The same predictor, noting the features that it computes where training left a summary of them."""
        viewer = predictor.viewers.get("tabular")
        if viewer is None or self._summary is None or self._summary.names != clipfeat.TABULAR_NAMES:
            return predictor

        def noting(waveform: Waveform, gain: float) -> View:
            view = viewer(waveform, gain)
            self._features = _mean(view.values)
            return view

        return dataclasses.replace(predictor, viewers={**predictor.viewers, "tabular": noting})


def _check_legacy_names(body: _LegacyBody) -> None:
    """The names choose nothing any more, but a wrong one was an error and stays one."""
    if body.gtzan_model not in ("Random Forest", "Gaussian NB"):
        raise ServiceError(MALFORMED, "body", 'gtzan_model must be "Random Forest" or "Gaussian NB"')
    if body.mfcc_model != "CNN":
        raise ServiceError(MALFORMED, "body", 'mfcc_model must be "CNN"')


def _pointer(place: str) -> str | None:
    """``.samples[3]`` as the JSON pointer ``/samples/3``."""
    return place.replace("[", ".").replace("]", "").replace(".", "/") or None


def _mean(values: FloatArray) -> list[float]:
    return [float(value) for value in values.mean(axis=0, dtype=np.float64)]


def _confine(worker_bytes: int) -> None:
    """Bound what a hostile file can take, where the system knows such bounds."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if worker_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (worker_bytes, worker_bytes))


def _private_stdout() -> BinaryIO:
    """Stdout for messages alone: what native decoders print there goes to stderr."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return channel


def main() -> None:
    """Set up by the first line, then answer line by line until stdin ends."""
    channel = _private_stdout()
    setup = msgspec.json.decode(sys.stdin.buffer.readline(), type=Setup)
    _confine(setup.worker_bytes)
    try:
        worker = Worker(setup.artifact)
        _say(channel, worker.ready())
    except (ArtifactError, AudioError) as error:
        _say(channel, Failed(error.kind.code, str(error)))
        return
    for line in sys.stdin.buffer:
        _say(channel, worker.answer(msgspec.json.decode(line, type=Task)))


def _say(channel: BinaryIO, message: FromWorker) -> None:
    channel.write(msgspec.json.encode(message) + b"\n")
    channel.flush()


if __name__ == "__main__":
    main()
