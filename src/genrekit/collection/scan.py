"""Scanning a library: find every file, answer what is new, remember it, and account for all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from genrekit.artifact import SHIPPED, read_artifact
from genrekit.collection.answering import Answer, Known, Question, Settings, make_answerer
from genrekit.collection.manifest import Manifest, make_lookup
from genrekit.collection.places import Listed, Place, Url, parse_place
from genrekit.collection.remote import list_audio
from genrekit.collection.rows import Row
from genrekit.collection.walk import find_audio
from genrekit.collection.workers import Died, TimedOut, WorkerPool
from genrekit.errors import DECODER_ENDED, TIME_LIMIT, AudioError
from genrekit.values import Prediction


class State(StrEnum):
    """What became of a file in a run."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        place: its absolute path, or its address.
        state: answered now, skipped because its content was answered before, or failed now or before.
        result: the answer of now, or the reason; None where there was an answer before.
    """

    place: Place
    state: State
    result: Prediction | AudioError | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be scanned, and how.

    Attributes:
        paths: files, and folders to search; on this machine, or addresses.
        settings: how files are answered.
        jobs: how many files at once.
        time_limit: wall time for one file, after which its process is killed [s].
        retry_failed: try again what failed in an earlier run.
    """

    paths: tuple[Place, ...]
    settings: Settings
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    time_limit: float = 300.0
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A scan whose files have been found: its number in the manifest, the key of its answers, how many files."""

    number: int
    key: str
    found: int


Engine = Callable[[Plan, Manifest, Run, Iterator[Question]], Iterator[tuple[Question, Answer | TimedOut | Died]]]


def find(plan: Plan, manifest: Manifest) -> Run:
    """Find all files and note them in the manifest; memory does not grow with the library.

    Raises:
        ArtifactError: the artifact is refused.
        SettingsError: no installed library reads an address.
        MissingExtraError: there are addresses, and fsspec is not installed.
    """
    artifact = plan.settings.artifact
    key = f"{read_artifact(SHIPPED if artifact is None else artifact).id}:{plan.settings.fingerprint}"
    number = manifest.begin_run()
    with manifest.together():
        for item in _found(plan.paths):
            if isinstance(item, AudioError):
                manifest.note_failed(parse_place(item.subject), item, number)
            else:
                manifest.note_found(item, number)
    if plan.retry_failed:
        manifest.forget_failures(number, key)
    return Run(number, key, manifest.count(number))


def answer(plan: Plan, manifest: Manifest, run: Run, engine: Engine | None = None) -> Iterator[Outcome]:
    """Answer what has no answer yet. Each thing found is told once: those known at once, the others as they come.

    Args:
        plan: as given to `find`.
        manifest: into which answers are written as they come.
        run: of `find`.
        engine: what answers; processes of this machine if None.

    Raises:
        ArtifactError: the artifact is refused.
    """
    count = manifest.mark_pending(run.number, run.key)
    yield from _known(manifest, run)
    if not count:
        # No process need read the artifact.
        return
    questions = map(Question, manifest.pending())
    for question, reply in (engine or _local)(plan, manifest, run, questions):
        settled = _explained(question, reply)
        manifest.store(question.place, settled, run.key)
        yield _outcome(question.place, settled, manifest, run.key)


def results(manifest: Manifest, run: Run) -> Iterator[Row]:
    """All that was found, with its answer or failure, in order of path."""
    return manifest.rows(run.number, run.key)


def scan(plan: Plan, manifest: Manifest) -> Iterator[Row]:
    """Find, answer, and give all results, for those who need no progress."""
    run = find(plan, manifest)
    for _ in answer(plan, manifest, run):
        pass
    return results(manifest, run)


def _found(places: tuple[Place, ...]) -> Iterator[Path | Listed | AudioError]:
    for place in places:
        yield from list_audio(place) if isinstance(place, Url) else find_audio([place])


def _known(manifest: Manifest, run: Run) -> Iterator[Outcome]:
    for place, failure in manifest.settled(run.number, run.key):
        yield Outcome(place, State.SKIPPED if failure is None else State.FAILED, failure)


def _local(
    plan: Plan, manifest: Manifest, run: Run, questions: Iterator[Question]
) -> Iterator[tuple[Question, Answer | TimedOut | Died]]:
    make = partial(make_answerer, plan.settings, partial(make_lookup, manifest.path, run.key))
    pool: WorkerPool[Question, Answer] = WorkerPool(make, plan.jobs, plan.time_limit)
    return pool.ask(questions)


def _explained(question: Question, reply: Answer | TimedOut | Died) -> Answer:
    """A reply in which a lost process is a failure of its file."""
    if isinstance(reply, Answer):
        return reply
    if isinstance(reply, TimedOut):
        error = AudioError(TIME_LIMIT, str(question.place), f"was not answered within {reply.seconds:g} s")
    else:
        error = AudioError(
            DECODER_ENDED, str(question.place), f"ended the process that read it (status {reply.status})"
        )
    return Answer(None, 0, 0, (), error)


def _outcome(place: Place, reply: Answer, manifest: Manifest, key: str) -> Outcome:
    result = reply.result
    if isinstance(result, Known):
        failure = manifest.failure(place, reply.content or "", key)
        return Outcome(place, State.SKIPPED if failure is None else State.FAILED, failure)
    return Outcome(place, State.FAILED if isinstance(result, AudioError) else State.ANSWERED, result)
