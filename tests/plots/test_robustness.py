import numpy as np
import pytest

from genrekit.plots import robustness
from genrekit.plots.robustness import Curve
from tests.plots.looking import assert_looks_as_before, words

NOISE = Curve("noise", "dB below", (0, 10, 20), (-0.35, -0.12, -0.02), (-0.42, -0.17, -0.05), (-0.28, -0.07, 0.01))


def row(family, amount, loss, unit="dB"):
    return {"family": family, "amount": amount, "unit": unit, "loss": loss, "loss_interval": [loss - 0.05, loss + 0.05]}


def test_a_report_becomes_a_curve_for_each_change_with_several_amounts():
    rows = [row("noise", 20, 0.02), row("noise", 0, 0.35), row("shift", 1, 0.0), row("unseen", 0.0, 0.2, unit="")]
    (curve,) = robustness.curves_of(rows)
    assert (curve.title, curve.unit, curve.amounts, curve.change) == ("noise", "dB", (0, 20), (-0.35, -0.02))
    assert (curve.low, curve.high) == (pytest.approx((-0.4, -0.07)), pytest.approx((-0.3, 0.03)))


def test_a_change_of_nothing_is_a_point_of_its_curve():
    (curve,) = robustness.curves_of([row("pitch", 1, 0.1), row("pitch", -1, 0.2)])
    assert (curve.amounts, curve.change) == ((-1, 0, 1), (-0.2, 0, -0.1))


def test_a_report_without_rows_has_no_curves():
    assert robustness.curves_of([]) == []


def test_amounts_are_marked_in_the_order_given():
    drawn = words(robustness.draw([NOISE]))
    assert [word for word in drawn if word in {"0", "10", "20"}][:3] == ["0", "10", "20"]
    assert {"noise", "dB below", "points"} <= set(drawn)


def test_points_lost_are_held_against_the_untouched_sound():
    (axes,) = robustness.draw([NOISE]).figure.axes
    untouched, changed = (np.asarray(line.get_ydata()).tolist() for line in axes.get_lines())
    assert untouched == [0, 0]
    assert changed == pytest.approx([-35, -12, -2])


def test_intervals_are_drawn_and_nothing_lies_outside():
    (axes,) = robustness.draw([NOISE]).figure.axes
    (intervals,) = axes.collections
    ends = np.array([segment[:, 1] for segment in intervals.get_segments()])
    assert ends == pytest.approx(np.array([[-42, -28], [-17, -7], [-5, 1]]))
    assert axes.get_ylim() == (-50, 10)


def test_all_curves_have_one_scale():
    calm = Curve("gain", "dB", (-12, 12), (0.0, 0.0), (-0.01, -0.01), (0.01, 0.01))
    scales = {axes.get_ylim() for axes in robustness.draw([NOISE, calm]).figure.axes}
    assert scales == {(-50, 10)}


@pytest.mark.parametrize("count", [0, 1, 4, 7])
def test_each_curve_has_its_axes(count):
    assert len(robustness.draw([NOISE] * count).figure.axes) == count


def test_it_looks_as_before():
    shift = Curve("shift", "s", (0.1, 1), (-0.01, 0.0), (-0.02, -0.01), (0.0, 0.01))
    assert_looks_as_before(robustness.draw([NOISE, shift]), "robustness")
