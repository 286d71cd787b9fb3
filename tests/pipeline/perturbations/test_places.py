import numpy as np
import pytest

from genrekit.pipeline.perturbations import places
from genrekit.values import Waveform
from tests.making import make_music

SOUND = Waveform(make_music(4.0, 16_000), 16_000)
CHANGES = [places.phone, places.vinyl, places.room, places.broadcast]


def share_of_band(waveform, low, high):
    power = np.abs(np.fft.rfft(waveform.samples)) ** 2
    hertz = np.fft.rfftfreq(len(waveform.samples), 1 / waveform.sample_rate)
    return power[(hertz >= low) & (hertz < high)].sum() / power.sum()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_same_random_numbers_make_the_same_sound(change):
    first, again = (change(SOUND, np.random.default_rng(3)).samples for _ in range(2))
    assert np.array_equal(first, again)
    assert len(first) == len(SOUND.samples)
    assert not np.allclose(first, SOUND.samples, atol=1e-3)


def test_a_telephone_has_no_bass():
    out = places.phone(SOUND, np.random.default_rng(0))
    assert share_of_band(out, 0, 200) < share_of_band(SOUND, 0, 200) / 3


def test_a_record_rumbles_and_clicks():
    quiet = Waveform(SOUND.samples * np.float32(0.01), 16_000)
    out = places.vinyl(quiet, np.random.default_rng(0))
    assert np.abs(out.samples).max() > 2 * np.abs(quiet.samples).max()


def test_a_room_rings_on_after_the_sound():
    cut = SOUND.samples.copy()
    cut[32_000:] = 0
    out = places.room(Waveform(cut, 16_000), np.random.default_rng(0))
    tail, silence = (np.sqrt(np.mean(out.samples[begin : begin + 4000] ** 2)) for begin in (32_400, 58_000))
    assert tail > 1.2 * silence


def test_a_station_is_even_in_loudness_and_bright():
    swelling = Waveform(SOUND.samples * np.geomspace(0.05, 1, len(SOUND.samples), dtype=np.float32), 16_000)
    out = places.broadcast(swelling, np.random.default_rng(0))
    quiet, loud = (np.sqrt(np.mean(half**2)) for half in np.array_split(out.samples, 2))
    assert loud / quiet < 2.5
    assert share_of_band(out, 3000, 8000) > share_of_band(SOUND, 3000, 8000)
