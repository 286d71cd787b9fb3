import asyncio
import os
import signal

import pytest

from genrekit.errors import ArtifactError
from genrekit.limits import Limits
from genrekit.service.answering import limits_record
from genrekit.service.messages import Task
from genrekit.service.process import WorkerGoneError, WorkerProcess

LIMITS = limits_record(Limits(max_seconds=60.0))


def in_process(artifact, use):
    async def run():
        worker = await WorkerProcess.start(artifact, 0)
        try:
            return await use(worker)
        finally:
            await worker.kill()

    return asyncio.run(run())


def test_a_worker_answers_more_than_once(small_artifact, tmp_path, wav):
    (tmp_path / "a").write_bytes(wav)
    task = Task(str(tmp_path / "a"), "audio", LIMITS)

    async def use(worker):
        return [await worker.ask(task), await worker.ask(task)], worker.ready.model.genrekit

    (first, second), version = in_process(small_artifact, use)
    assert first.record == second.record
    assert version


def test_a_killed_worker_is_gone_and_says_so(small_artifact, tmp_path):
    async def use(worker):
        os.kill(worker.pid, signal.SIGKILL)
        await worker.wait()
        assert not worker.is_alive
        with pytest.raises(WorkerGoneError):
            await worker.ask(Task(str(tmp_path), "audio", LIMITS))
        return True

    assert in_process(small_artifact, use)


def test_a_bad_artifact_is_refused_with_its_own_code(tmp_path):
    with pytest.raises(ArtifactError) as refused:
        asyncio.run(WorkerProcess.start(tmp_path, 0))
    assert refused.value.kind.code == "GK201"


def test_a_worker_that_cannot_begin_is_an_artifact_that_cannot_answer(small_artifact):
    with pytest.raises(ArtifactError, match="test clip"):
        asyncio.run(WorkerProcess.start(small_artifact, 50_000_000))
