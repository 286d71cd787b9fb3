"""A report as people read it."""

from __future__ import annotations

from io import StringIO

import numpy as np
from rich.console import Console

from genrekit.cli.scorecard import show_card
from genrekit.pipeline.scorecard import score


def shown(truth: list[int], answers: list[int]) -> str:
    proba = np.full((1, len(answers), 2), 0.1)
    proba[0, np.arange(len(answers)), answers] = 0.9
    console = Console(file=StringIO(), width=120)
    groups = [str(place) for place in range(len(truth))]
    show_card(console, "A title", score(proba, np.array(truth), groups, ("hiphop", "[red]"), 0.5))
    return console.file.getvalue()


def test_figures_and_genres_are_told() -> None:
    text = shown([0, 0, 0, 1], [0, 0, 1, 1])
    assert "A title" in text
    assert "accuracy" in text
    assert "75.0 %" in text
    assert "4 of 4 artists or other groups" in text
    (row,) = [line for line in text.splitlines() if line.startswith("hip hop")]
    assert row.split() == ["hip", "hop", "3", "66.7", "%", "100.0", "%", "0.80", "[red]", "(1)"]


def test_a_genre_that_is_never_taken_for_another_has_no_rival() -> None:
    (row,) = [line for line in shown([0, 1], [0, 1]).splitlines() if line.startswith("[red]")]
    assert row.split() == ["[red]", "1", "100.0", "%", "100.0", "%", "1.00"]
