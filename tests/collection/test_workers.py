import os
import signal
import time

import pytest

from genrekit.collection.workers import Died, TimedOut, WorkerPool


def make_worker():
    def answer(question):
        if question == "hang":
            time.sleep(600)
        if question == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if question == "leave":
            os._exit(3)
        if question == "noise":
            os.write(2, b"a note in the middle of the progress\n")
        return question.upper(), os.getpid(), os.environ.get("OMP_NUM_THREADS")

    return answer


def make_refusing():
    raise ValueError("the artifact is refused")


def make_leaving():
    os._exit(7)


def answers(questions, size=2, seconds=60.0, make=make_worker):
    return dict(WorkerPool(make, size, seconds).ask(iter(questions)))


def test_every_question_is_answered_once_by_several_processes():
    asked = [f"q{number}" for number in range(40)]
    found = answers(asked)
    assert {question: answer[0] for question, answer in found.items()} == {name: name.upper() for name in asked}
    assert 1 <= len({pid for _, pid, _ in found.values()}) <= 2
    assert {threads for _, _, threads in found.values()} == {"1"}


def test_no_question_no_process():
    assert answers([], make=make_refusing) == {}


def test_one_that_hangs_is_killed_and_the_rest_goes_on():
    found = answers(["a", "hang", "b", "c"], seconds=1.5)
    assert found["hang"] == TimedOut(1.5)
    assert [found[name][0] for name in "abc"] == ["A", "B", "C"]


def test_one_that_dies_is_told_with_its_status_and_the_rest_goes_on():
    found = answers(["a", "die", "b", "leave", "c"], size=1)
    assert found["die"] == Died(-signal.SIGKILL)
    assert found["leave"] == Died(3)
    assert [found[name][0] for name in "abc"] == ["A", "B", "C"]


def test_notes_of_decoders_do_not_reach_the_terminal(capfd):
    assert answers(["noise"])["noise"][0] == "NOISE"
    assert capfd.readouterr().err == ""


def test_what_cannot_get_ready_says_why():
    with pytest.raises(ValueError, match="the artifact is refused"):
        answers(["a"], make=make_refusing)
    with pytest.raises(RuntimeError, match="ended at its start, with status 7"):
        answers(["a"], make=make_leaving)


def test_questions_are_taken_only_when_there_is_room():
    taken = []

    def questions():
        for name in "abcdefgh":
            taken.append(name)
            yield name

    pool = WorkerPool(make_worker, 1, 60.0)
    replies = pool.ask(questions())
    next(replies)
    assert len(taken) <= 2
    replies.close()


def test_leaving_early_leaves_no_process_behind():
    pool = WorkerPool(make_worker, 2, 60.0)
    replies = pool.ask(iter("abcd"))
    _, (_, pid, _) = next(replies)
    replies.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
