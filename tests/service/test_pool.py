import asyncio
import os
import signal

import pytest

from genrekit.errors import AudioError, ServiceError
from genrekit.limits import Limits
from genrekit.service.answering import limits_record
from genrekit.service.messages import Done, Failed, Task
from genrekit.service.pool import JOB, REQUEST, ProcessPool, raise_failure
from tests.service.live import RECORD

LIMITS = limits_record(Limits(max_seconds=60.0))


@pytest.fixture
def task(tmp_path, wav):
    (tmp_path / "a").write_bytes(wav)
    return Task(str(tmp_path / "a"), "audio", LIMITS)


def with_pool(artifact, use, size=1):
    ends = []

    async def run():
        pool = await ProcessPool.start(size, artifact, 0, ends.append)
        try:
            return await use(pool)
        finally:
            await pool.close(1.0)

    return asyncio.run(run()), ends


async def replaced(pool, pid):
    async with asyncio.timeout(60):
        while pool.alive < 1 or pid in pool.pids:  # noqa: ASYNC110 - replaced whenever it is
            await asyncio.sleep(0.02)


def test_a_worker_that_hangs_is_killed_and_replaced(small_artifact, task):
    async def use(pool):
        [pid] = pool.pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(AudioError) as refused:
            await pool.run(task, 0.3)
        await replaced(pool, pid)
        return refused.value.kind.name, await pool.run(task, 30.0)

    (name, done), ends = with_pool(small_artifact, use)
    assert name == "time-limit"
    assert isinstance(done, Done)
    assert ends == ["killed"]


def test_a_worker_that_dies_over_a_file_is_replaced(small_artifact, task):
    async def use(pool):
        [pid] = pool.pids
        os.kill(pid, signal.SIGSTOP)
        asking = asyncio.create_task(pool.run(task, 30.0))
        await asyncio.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(AudioError) as refused:
            await asking
        await replaced(pool, pid)
        return refused.value.kind.name, await pool.run(task, 30.0)

    (name, done), ends = with_pool(small_artifact, use)
    assert name == "decoder-ended"
    assert isinstance(done, Done)
    assert ends == ["died"]


def test_a_worker_that_dies_idle_costs_nobody_an_answer(small_artifact, task):
    async def use(pool):
        [pid] = pool.pids
        os.kill(pid, signal.SIGKILL)
        await replaced(pool, pid)
        return await pool.run(task, 30.0)

    done, ends = with_pool(small_artifact, use)
    assert isinstance(done, Done)
    assert ends == ["died"]


def test_requests_are_answered_before_jobs_that_came_earlier(small_artifact, task):
    async def use(pool):
        order = []

        async def ask(name, priority):
            await pool.run(task, 30.0, priority)
            order.append(name)

        [pid] = pool.pids
        os.kill(pid, signal.SIGSTOP)
        calls = [("first", REQUEST), ("job", JOB), ("request", REQUEST)]
        asked = []
        for call in calls:
            asked.append(asyncio.create_task(ask(*call)))
            await asyncio.sleep(0.02)
        assert pool.waiting == 2
        os.kill(pid, signal.SIGCONT)
        await asyncio.gather(*asked)
        return order

    assert with_pool(small_artifact, use)[0] == ["first", "request", "job"]


def test_who_no_longer_waits_is_not_served(small_artifact, task):
    async def use(pool):
        [pid] = pool.pids
        os.kill(pid, signal.SIGSTOP)
        asked = [asyncio.create_task(pool.run(task, 30.0)) for _ in range(3)]
        await asyncio.sleep(0.05)
        for one in asked[:2]:
            one.cancel()
        await asyncio.gather(*asked[:2], return_exceptions=True)
        assert pool.waiting == 1
        os.kill(pid, signal.SIGCONT)
        return await asked[2]

    assert isinstance(with_pool(small_artifact, use)[0], Done)


def test_a_pool_that_ends_tells_those_who_wait(small_artifact, task):
    async def use(pool):
        os.kill(pool.pids[0], signal.SIGSTOP)
        asked = [asyncio.create_task(pool.run(task, 30.0)) for _ in range(2)]
        await asyncio.sleep(0.05)
        await pool.close(0.1)
        return await asyncio.gather(*asked, return_exceptions=True)

    (in_work, waiting), _ = with_pool(small_artifact, use)
    assert in_work.kind.name == "decoder-ended"
    assert waiting.kind.name == "not-ready"


def test_an_answer_is_handed_on_and_a_failure_raised_with_its_place():
    done = Done(RECORD, [], [])
    assert raise_failure(done) is done
    with pytest.raises(AudioError, match="is silent") as audio:
        raise_failure(Failed("GK107", "is silent"))
    assert audio.value.kind.http_status == 422
    with pytest.raises(ServiceError) as body:
        raise_failure(Failed("GK607", "is odd", "/samples/1"))
    assert body.value.__notes__ == ["/samples/1"]
