import numpy as np
import pytest

from genrekit.plots import comparison
from genrekit.plots.comparison import Measured
from tests.plots.looking import assert_looks_as_before, words

NAMES = ["svc", "knn", "random forest"]
HONEST = [Measured(0.53, 0.42, 0.65), Measured(0.52, 0.42, 0.64), Measured(0.56, 0.46, 0.66)]
LEAKY = [Measured(0.88, 0.86, 0.89), Measured(0.89, 0.86, 0.91), Measured(0.85, 0.85, 0.85)]


def test_models_and_ways_are_named():
    drawn = words(comparison.draw(NAMES, {"honest": HONEST, "leaky": LEAKY}, "accuracy"))
    assert {*NAMES, "honest", "leaky", "accuracy"} <= set(drawn)


def test_the_first_model_stands_on_top_with_its_figures_and_intervals():
    (axes,) = comparison.draw(NAMES, {"honest": HONEST}, "accuracy").figure.axes
    (dots,) = axes.get_lines()
    assert np.asarray(dots.get_xdata()).tolist() == [0.53, 0.52, 0.56]
    assert np.asarray(dots.get_ydata()).tolist() == [0, 1, 2]
    bottom, top = axes.get_ylim()
    assert top < 0 < bottom
    ends = np.array([segment[:, 0] for segment in axes.collections[0].get_segments()])
    assert ends == pytest.approx(np.array([[0.42, 0.65], [0.42, 0.64], [0.46, 0.66]]))


def test_dots_of_one_model_do_not_cover_each_other():
    (axes,) = comparison.draw(NAMES, {"honest": HONEST, "leaky": LEAKY}, "accuracy").figure.axes
    first, second = (np.asarray(line.get_ydata()) for line in axes.get_lines())
    assert np.all(np.abs(first - second) > 0.2)


def test_ways_are_told_apart_without_colour():
    (axes,) = comparison.draw(NAMES, {"honest": HONEST, "leaky": LEAKY}, "accuracy").figure.axes
    assert len({line.get_marker() for line in axes.get_lines()}) == 2


def test_no_models_make_an_empty_picture():
    assert "accuracy" in words(comparison.draw([], {}, "accuracy"))


def test_it_looks_as_before():
    assert_looks_as_before(comparison.draw(NAMES, {"honest": HONEST, "leaky": LEAKY}, "accuracy"), "comparison")
