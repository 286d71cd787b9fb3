from __future__ import annotations

import threading

import pytest

from genrekit.webapp.waiting import waited


def test_it_tells_of_the_wait_and_returns_the_result() -> None:
    go = threading.Event()

    def collect() -> tuple[list[bool], str]:
        told = []
        steps = waited(lambda: "done" if go.wait(30) else "never", lambda seconds: seconds > 0)
        try:
            while True:
                told.append(next(steps))
                go.set()
        except StopIteration as end:
            return told, end.value

    told, result = collect()
    assert told
    assert all(told)
    assert result == "done"


def test_what_the_work_raises_is_raised_here() -> None:
    def work() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        list(waited(work, str))


def test_who_leaves_is_not_waited_for() -> None:
    go = threading.Event()
    steps = waited(lambda: go.wait(30), str)
    next(steps)
    steps.close()
    go.set()
    with pytest.raises(StopIteration):
        next(steps)
