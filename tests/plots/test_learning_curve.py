import numpy as np
import pytest

from genrekit.plots import learning_curve
from genrekit.plots.learning_curve import Line
from tests.plots.looking import assert_looks_as_before, words

TRAIN = Line("training", (1, 2, 3), (0.5, 0.7, 0.9))
CHECKED = Line("held out", (1, 2, 3), (0.4, 0.5, 0.55), low=(0.3, 0.4, 0.45), high=(0.5, 0.6, 0.65))


def test_every_line_has_its_name_and_values():
    picture = learning_curve.draw([TRAIN, CHECKED], "epoch", "accuracy")
    assert {"training", "held out", "epoch", "accuracy"} <= set(words(picture))
    values = [np.asarray(line.get_ydata()).tolist() for line in picture.figure.axes[0].get_lines()]
    assert values == [[0.5, 0.7, 0.9], [0.4, 0.5, 0.55]]


def test_intervals_are_bands():
    axes = learning_curve.draw([TRAIN, CHECKED], "epoch", "accuracy").figure.axes[0]
    (band,) = axes.collections
    low, high = band.get_datalim(axes.transData).intervaly
    assert (low, high) == pytest.approx((0.3, 0.65))


def test_no_lines_make_an_empty_picture():
    assert "epoch" in words(learning_curve.draw([], "epoch", "loss"))


def test_it_looks_as_before():
    assert_looks_as_before(learning_curve.draw([TRAIN, CHECKED], "epoch", "accuracy"), "learning_curve")
