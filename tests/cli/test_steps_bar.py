"""The bar of runs of several parts."""

from __future__ import annotations

import sys

import pytest

from genrekit.cli.steps_bar import steps_bar


class Terminal:
    """Stands in for a terminal on stderr."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def work() -> None:
    with steps_bar() as watcher:
        watcher.begin("listening", 2)
        watcher.advance("one [bold].wav")
        watcher.advance("two.wav")
        watcher.begin("testing", 1)
        watcher.advance("fold")


def test_off_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    work()
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_the_part_under_way_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    work()
    assert "testing" in terminal.text
    assert "1/1" in terminal.text
