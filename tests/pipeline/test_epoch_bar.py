"""Epochs as they end."""

from __future__ import annotations

import io

from rich.console import Console

from genrekit.pipeline.epoch_bar import bar
from genrekit.pipeline.members.epochs import Epoch


def observe(console: Console) -> None:
    with bar("cnn", 10, console) as observer:
        for number in (1, 2):
            observer(Epoch(number, 10, 1.5, 1.25, 0.5, 0.001, 3.0))


def test_off_a_terminal_each_epoch_is_a_line_with_the_time_left():
    stream = io.StringIO()
    observe(Console(file=stream, width=40))
    first, second = stream.getvalue().splitlines()
    assert first == "cnn: epoch 1 of 10, loss 1.500, held back 1.250 (50%), 27 s left at most"
    assert "24 s left" in second


def test_on_a_terminal_there_is_a_bar():
    stream = io.StringIO()
    observe(Console(file=stream, width=100, force_terminal=True))
    assert "2/10" in stream.getvalue()
    assert "loss 1.250" in stream.getvalue()
