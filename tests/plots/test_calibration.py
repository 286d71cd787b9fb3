import numpy as np

from genrekit.plots import calibration
from genrekit.plots.calibration import Bin
from tests.plots.looking import assert_looks_as_before, words

BINS = [Bin(0.35, 0.3, 10), Bin(0.0, 0.0, 0), Bin(0.95, 0.9, 40)]


def test_it_says_what_was_promised_and_what_was_kept():
    drawn = words(calibration.draw(BINS))
    assert {"as promised", "out of fold", "accuracy", "top probability", "tracks"} <= set(drawn)


def test_empty_bins_are_left_out():
    figure = calibration.draw(BINS).figure
    points = figure.axes[0].get_lines()[1]
    assert np.asarray(points.get_xdata()).tolist() == [0.35, 0.95]
    assert [bar.get_height() for bar in figure.axes[1].patches] == [10, 40]


def test_it_looks_as_before():
    places = [(0.25, 0.2, 8), (0.35, 0.42, 15), (0.55, 0.5, 30), (0.75, 0.78, 42), (0.95, 0.93, 120)]
    assert_looks_as_before(calibration.draw([Bin(*place) for place in places]), "calibration")
