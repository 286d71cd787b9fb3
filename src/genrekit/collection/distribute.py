"""Scanning past one machine, on any existing cluster of dask.distributed: the only importer of dask.

Files are answered in shards where they can be read: on storage that all workers see under the same paths, or by URL.
The artifact travels once to each worker. A worker that dies costs time, not results: its shard is given to another,
and a file that kills every worker is found by halving its shard, and told as a failure of that file alone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from genrekit.artifact import SHIPPED
from genrekit.collection.answering import Answer, Question, Settings, answer_place
from genrekit.collection.manifest import Manifest
from genrekit.collection.places import Place
from genrekit.collection.scan import Plan, Run
from genrekit.collection.workers import Died, TimedOut
from genrekit.errors import BAD_SETTING, GenrekitError, MissingExtraError, SettingsError
from genrekit.limits import Limits
from genrekit.predictor import Predictor

try:
    import distributed
except ImportError as error:
    raise MissingExtraError("dask", "scanning on a cluster") from error

# A message to a worker costs about as much as a tenth of an answer.
SHARD_FILES: Final = 16
_CONNECT_SECONDS: Final = 30.0
_WORKERS_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 1.0
# How often a file alone may be on a worker that dies before it is held to be the reason.
_MOST_DEATHS: Final = 2
# Exit status of a worker that a file has stalled.
_STALLED: Final = 75


class ArtifactPlugin(distributed.WorkerPlugin):
    """Brings an artifact to each worker once, to those too that join later.

    Args:
        artifact_id: of the artifact.
        files: its files by name.
    """

    def __init__(self, artifact_id: str, files: dict[str, bytes]) -> None:
        self.name = f"genrekit-{artifact_id}"
        self._artifact_id = artifact_id
        self._files = files

    def setup(self, worker: Any) -> None:
        """Write the files into the worker's own folder."""
        folder = _local_folder(worker, self._artifact_id)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self._files.items():
            (folder / name).write_bytes(data)


@dataclass(frozen=True, slots=True)
class _Shard:
    questions: tuple[Question, ...]
    # How often this very shard has been on a worker that died.
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class DaskEngine:
    """Answers files on a cluster; an engine for `genrekit.collection.scan.answer`.

    Attributes:
        scheduler: address, such as ``tcp://host:8786``.
        shard_files: how many files travel together.
    """

    scheduler: str
    shard_files: int = SHARD_FILES

    def __call__(
        self, plan: Plan, _manifest: Manifest, run: Run, questions: Iterator[Question]
    ) -> Iterator[tuple[Question, Answer | TimedOut | Died]]:
        """Answer the questions.

        Raises:
            SettingsError: there is no scheduler at the address, or it has no workers.
        """
        artifact_id = run.key.partition(":")[0]
        try:
            client = distributed.Client(  # type: ignore[no-untyped-call]
                self.scheduler, timeout=_CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise SettingsError(BAD_SETTING, self.scheduler, f"is no scheduler that answers: {error}") from error
        with client, client.as_current():
            threads = self._threads(client)
            client.register_plugin(ArtifactPlugin(artifact_id, _files(plan.settings.artifact)))
            work = _Work(client, plan, artifact_id, capacity=2 * threads)
            yield from work.answers(_shards(questions, self.shard_files))

    def _threads(self, client: distributed.Client) -> int:
        """Of all workers, after some patience: those of a small cluster may just be starting again."""
        try:
            client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except TimeoutError as error:
            raise SettingsError(BAD_SETTING, self.scheduler, "has no workers") from error
        return sum(client.nthreads().values())  # type: ignore[no-untyped-call]


@dataclass(slots=True)
class _Work:
    """Shards under way on a cluster."""

    client: distributed.Client
    plan: Plan
    artifact_id: str
    capacity: int
    under_way: dict[Any, _Shard] = field(default_factory=dict)

    def answers(self, shards: Iterator[_Shard]) -> Iterator[tuple[Question, Answer | TimedOut | Died]]:
        try:
            more = True
            while more or self.under_way:
                while more and len(self.under_way) < self.capacity:
                    shard = next(shards, None)
                    more = shard is not None
                    if shard is not None:
                        self._submit(shard)
                if self.under_way:
                    yield from self._collect()
        finally:
            self.client.cancel(list(self.under_way), force=True)  # type: ignore[no-untyped-call]

    def _submit(self, shard: _Shard) -> None:
        places = tuple(question.place for question in shard.questions)
        settings = replace(self.plan.settings, artifact=None)
        future = self.client.submit(answer_shard, places, settings, self.artifact_id, self.plan.time_limit, pure=False)
        self.under_way[future] = shard

    def _collect(self) -> Iterator[tuple[Question, Answer | TimedOut | Died]]:
        with suppress(TimeoutError):
            distributed.wait(  # type: ignore[no-untyped-call]
                list(self.under_way), timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED"
            )
        for future, shard in list(self.under_way.items()):
            if future.done():
                del self.under_way[future]
                yield from self._finished(future, shard)

    def _finished(self, future: Any, shard: _Shard) -> Iterator[tuple[Question, Answer | TimedOut | Died]]:
        answers = _result(future)
        if answers is not None:
            yield from zip(shard.questions, answers, strict=True)
        elif len(shard.questions) > 1:
            # One of them is poison; the others must not suffer for it.
            half = len(shard.questions) // 2
            self._submit(_Shard(shard.questions[:half]))
            self._submit(_Shard(shard.questions[half:]))
        elif shard.deaths < _MOST_DEATHS:
            # It may only have waited on a worker that died of another.
            self._submit(_Shard(shard.questions, shard.deaths + 1))
        else:
            yield shard.questions[0], Died(None)


def _result(future: Any) -> list[Answer] | None:
    """The answers of a shard, or None if they are lost.

    Raises:
        GenrekitError: what was brought to the worker is refused there: all shards would fail.
    """
    try:
        answers: list[Answer] = future.result()
    except GenrekitError:
        raise
    except Exception:  # noqa: BLE001 - the cluster's own: a worker has died, also of a shard that was done already
        return None
    return answers


def answer_shard(places: tuple[Place, ...], settings: Settings, artifact_id: str, time_limit: float) -> list[Answer]:
    """Answer several files; runs on a worker. A file that stalls ends the worker, which its nanny starts again.

    Args:
        places: paths as the worker sees them, and URLs.
        settings: how they are answered; its artifact is the one that `ArtifactPlugin` has brought.
        artifact_id: of that artifact.
        time_limit: wall time for one file [s].

    Raises:
        ArtifactError: the artifact that was brought is refused.
    """
    folder = _local_folder(distributed.get_worker(), artifact_id)
    predictor = _predictor(str(folder), settings.decode_seconds)
    return [_answer_in_time(place, predictor, settings, time_limit) for place in places]


def _answer_in_time(place: Place, predictor: Predictor, settings: Settings, time_limit: float) -> Answer:
    # A thread inside a native decoder cannot be stopped, only its process.
    watchdog = threading.Timer(time_limit, os._exit, [_STALLED])
    watchdog.daemon = True
    watchdog.start()
    try:
        return answer_place(place, predictor, settings, lambda _content: False)
    finally:
        watchdog.cancel()


@lru_cache(maxsize=2)
def _predictor(folder: str, decode_seconds: float) -> Predictor:
    """Loaded once a process."""
    return Predictor.load(folder, limits=replace(Limits(), decode_seconds=decode_seconds))


def _local_folder(worker: Any, artifact_id: str) -> Path:
    return Path(worker.local_directory, f"genrekit-{artifact_id}")


def _files(folder: Path | None) -> dict[str, bytes]:
    source = SHIPPED if folder is None else folder
    return {path.name: path.read_bytes() for path in sorted(source.iterdir()) if path.is_file()}


def _shards(questions: Iterator[Question], size: int) -> Iterator[_Shard]:
    while shard := tuple(islice(questions, size)):
        yield _Shard(shard)
