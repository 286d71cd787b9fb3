import pytest

from genrekit.observability import Unobserved, observed


class Recorder:
    def __init__(self):
        self.steps = []

    def step(self, name, seconds):
        self.steps.append((name, seconds))


def test_a_step_is_told_with_its_time():
    recorder = Recorder()
    with observed(recorder, "decode"):
        pass
    [(name, seconds)] = recorder.steps
    assert name == "decode"
    assert seconds >= 0


def test_a_step_that_fails_is_told_too():
    recorder = Recorder()
    with pytest.raises(ValueError, match="bad"), observed(recorder, "decode"):
        raise ValueError("bad")
    assert [name for name, _ in recorder.steps] == ["decode"]


def test_nobody_needs_to_look():
    with observed(Unobserved(), "decode"):
        answered = True
    assert answered
