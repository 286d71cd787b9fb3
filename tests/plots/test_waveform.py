import numpy as np
import pytest

from genrekit.plots import waveform
from genrekit.plots.canvas import LEAD
from tests.making import make_music
from tests.plots.looking import assert_looks_as_before, pixels, share_of, words


def test_axes_have_names_and_units():
    drawn = words(waveform.draw(make_music(2.0), 22_050))
    assert {"time [s]", "amplitude", "2.00", "1.0"} <= set(drawn)


def test_louder_sound_covers_more():
    samples = make_music(2.0)
    quiet, loud = (share_of(waveform.draw(gain * samples, 22_050), LEAD) for gain in (np.float32(0.2), np.float32(1)))
    assert 0.01 < quiet < loud / 2


def test_sound_is_drawn_where_it_is():
    samples = np.concatenate([np.zeros(22_050, np.float32), make_music(1.0)])
    seen = pixels(waveform.draw(samples, 22_050))
    blue = (seen[..., 2] > seen[..., 0] + 0.3) & (seen[..., 3] > 0.5)
    left, right = np.array_split(blue.sum(axis=0), 2)
    assert right.sum() > 5 * left.sum()


@pytest.mark.parametrize("count", [1, 7, 999, 100_000])
def test_any_length_can_be_drawn(count):
    assert waveform.draw(np.full(count, 0.5, np.float32), 8_000).png().startswith(b"\x89PNG")


def test_it_looks_as_before():
    time = np.arange(16_000) / 8_000
    samples = np.sin(2 * np.pi * 50 * time) * np.exp(-3 * (time % 0.5))
    assert_looks_as_before(waveform.draw(samples.astype(np.float32), 8_000), "waveform")
