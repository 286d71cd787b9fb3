from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from genrekit.artifact import read_artifact
from genrekit.webapp.measured import measured_figures


def test_the_figures_speak_of_the_genres_that_ship() -> None:
    figures = measured_figures()
    assert tuple(figures.metrics["genres"]) == read_artifact().manifest.genres
    assert len(figures.metrics["confusion"]) == len(figures.metrics["genres"])


def test_what_is_read_in_a_checkout_is_in_the_wheel() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    if not project.is_file():
        pytest.skip("not a checkout: no list of what a wheel holds")
    hatch = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    for name in ("metrics.json", "robustness.json", "figures/calibration.svg"):
        assert hatch["wheel"]["force-include"][f"reports/{name}"] == f"genrekit/webapp/measured/{name}"
        assert f"/reports/{name}" in hatch["sdist"]["include"]


def test_a_report_on_robustness_tells_its_command_even_where_it_has_no_rows() -> None:
    assert "genrekit.pipeline.robustness" in measured_figures().robustness["command"]
