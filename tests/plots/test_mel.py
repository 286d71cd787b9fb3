import numpy as np
import pytest

import clipfeat
from genrekit.plots import mel
from tests.plots.looking import assert_looks_as_before, pixels, words

CONFIG = clipfeat.FeatureConfig()


def tone(hertz, seconds=2.0):
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * 22_050)) / 22_050).astype(np.float32)


def brightest_row(hertz):
    """Place of a tone in the picture, 0 at its top and 1 at its bottom."""
    seen = pixels(mel.draw(clipfeat.extract_logmel(tone(hertz), CONFIG), CONFIG))
    # Without the bar at the right, which shows every colour.
    inside = seen[:, : int(0.8 * seen.shape[1])]
    yellow = (inside[..., 0] - inside[..., 2]) * (inside[..., 3] > 0.5)
    return float(yellow.sum(axis=1).argmax()) / len(seen)


def test_axes_have_names_and_units():
    drawn = words(mel.draw(clipfeat.extract_logmel(tone(440), CONFIG), CONFIG))
    assert {"time [s]", "frequency [Hz]", "level [dB]", "1000"} <= set(drawn)


def test_higher_tones_lie_higher():
    assert brightest_row(4000) < brightest_row(1000) < brightest_row(250)


@pytest.mark.parametrize("frames", [1, 10, 5000])
def test_any_length_can_be_drawn(frames):
    levels = np.random.default_rng(0).normal(-40, 10, (128, frames)).astype(np.float32)
    assert len(mel.draw(levels, CONFIG).png()) < 1_000_000


def test_it_looks_as_before():
    bands, frames = np.mgrid[0:128, 0:50]
    rising = -20 - 0.02 * (bands - 2 * frames) ** 2 - 10 * (frames % 10 > 7)
    assert_looks_as_before(mel.draw(rising.astype(np.float32), CONFIG), "mel")
