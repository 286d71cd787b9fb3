import numpy as np
import pytest

from genrekit.plots import robustness
from genrekit.plots.robustness import Curve
from tests.plots.looking import words

NOISE = Curve("noise", "dB below", (30, 20, 10), (0.8, 0.7, 0.5), (0.82, 0.82, 0.82))


def test_amounts_are_marked_in_the_order_given():
    drawn = words(robustness.draw([NOISE]))
    assert [word for word in drawn if word in {"30", "20", "10"}] == ["30", "20", "10"]
    assert {"noise", "dB below", "accuracy"} <= set(drawn)


def test_the_untouched_tracks_and_the_changed_ones_are_two_lines():
    (axes,) = robustness.draw([NOISE]).figure.axes
    untouched, changed = (np.asarray(line.get_ydata()).tolist() for line in axes.get_lines())
    assert untouched == [0.82] * 3
    assert changed == [0.8, 0.7, 0.5]


@pytest.mark.parametrize("count", [0, 1, 4, 7])
def test_each_curve_has_its_axes(count):
    assert len(robustness.draw([NOISE] * count).figure.axes) == count
