import numpy as np
import pytest

from genrekit.pipeline.perturbations.catalogue import CATALOGUE, LONG, MIDDLE, REFERENCE
from genrekit.values import Waveform
from tests.making import make_music

SOUND = Waveform(make_music(3.0, 16_000) * np.float32(0.5), 16_000)


def test_names_are_unique_and_good_for_folders():
    names = [each.name for each in CATALOGUE]
    assert len(set(names)) == len(names)
    assert all(name == name.strip() and " " not in name and "/" not in name for name in names)


def test_what_is_asked_for_comes_first_and_is_measured_on_whole_tracks():
    asked = [each for each in CATALOGUE if each.allowed is not None]
    assert CATALOGUE[: len(asked) + 1] == (REFERENCE, *asked)
    assert {each.scope for each in asked} == {LONG, MIDDLE}
    assert {each.name: each.allowed for each in asked}["noise_20"] == 0.03
    assert len([each for each in CATALOGUE if each.family == "unseen"]) == 5


@pytest.mark.parametrize("perturbation", CATALOGUE, ids=lambda each: each.name)
def test_each_changes_sound_into_sound(perturbation):
    out = perturbation.change(SOUND, np.random.default_rng(0))
    assert out.samples.dtype == np.float32
    assert np.isfinite(out.samples).all()
    assert np.sqrt(np.mean(out.samples**2)) > 1e-3
    assert 0.6 < out.duration / SOUND.duration < 1.5
