import numpy as np
import pytest

from genrekit.plots import feature_distributions
from tests.plots.looking import assert_looks_as_before, words

GROUPS = {"training": np.arange(101.0), "elsewhere": np.arange(50.0, 151.0)}


def test_features_and_groups_are_named():
    drawn = words(feature_distributions.draw({"tempo": GROUPS, "rms_mean": GROUPS}))
    assert {"tempo", "rms_mean", "training", "elsewhere"} <= set(drawn)


def test_a_box_reaches_from_quartile_to_quartile():
    axes = feature_distributions.draw({"tempo": GROUPS}).figure.axes[0]
    boxes = [np.asarray(patch.get_path().vertices)[:, 1] for patch in axes.patches]
    assert [(box.min(), box.max()) for box in boxes] == [pytest.approx((25, 75)), pytest.approx((75, 125))]


@pytest.mark.parametrize("count", [1, 4, 9])
def test_each_feature_has_its_axes(count):
    features = {f"f{index}": GROUPS for index in range(count)}
    assert len(feature_distributions.draw(features).figure.axes) == count


def test_it_looks_as_before():
    wider = {"training": np.linspace(0, 1, 50) ** 2, "elsewhere": np.linspace(-1, 2, 50)}
    assert_looks_as_before(feature_distributions.draw({"tempo": GROUPS, "rms_mean": wider}), "feature_distributions")
