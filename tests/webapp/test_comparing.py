from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib", reason="the extra webapp is not installed: no pictures")

from genrekit.errors import SILENT, AudioError
from genrekit.webapp.comparing import difference, side_by_side
from genrekit.webapp.results import Answered
from tests.webapp.showing import made_prediction


def test_the_largest_move_is_named() -> None:
    words = difference(made_prediction("jazz", 0.8), made_prediction("jazz", 0.6))
    assert words == "Both say the same genre; the largest move: jazz -20 percentage points."


def test_a_change_of_genre_is_said() -> None:
    assert difference(made_prediction("jazz", 0.6), made_prediction("rock", 0.9)).startswith("The genre changes")


def test_one_side_may_fail() -> None:
    silent = AudioError(SILENT, "x", "is silent")
    html = side_by_side(Answered("a.mp3", Path("a.mp3"), made_prediction()), Answered("b.mp3", Path("b.mp3"), silent))
    assert "b.mp3: is silent." in html
    assert "percentage points" not in html
    assert html.count("<audio") == 1
