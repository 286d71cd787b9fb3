from __future__ import annotations

from genrekit.artifact import read_artifact
from genrekit.webapp.measured import measured_figures


def test_the_figures_speak_of_the_genres_that_ship() -> None:
    figures = measured_figures()
    assert tuple(figures.metrics["genres"]) == read_artifact().manifest.genres
    assert len(figures.metrics["confusion"]) == len(figures.metrics["genres"])
