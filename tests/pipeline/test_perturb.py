from dataclasses import replace

import numpy as np
import pytest

from genrekit.errors import SettingsError
from genrekit.pipeline import perturb
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.perturbations.catalogue import CATALOGUE, LONG, MIDDLE, SHORT
from tests.making import encode, make_music


class CountingBackbone:
    """Embeds a patch as its mean level, so that no nets are needed."""

    def embed(self, patches):
        return np.array([[float(mel.mean())] for mel in patches.mels()], np.float32)


def track(tmp_path, seconds, name="song"):
    path = encode(tmp_path / f"{name}.wav", make_music(seconds), 22_050)
    return Track(name, "rock", path, "artist", "whole", "", has_taggram=False)


def named(name):
    return next(each for each in CATALOGUE if each.name == name)


def test_a_whole_track_is_heard_whole_and_a_short_scope_ten_seconds(tmp_path):
    song = track(tmp_path, 24.0)
    long = perturb.listen(song, replace(named("gain_12"), scope=LONG), CountingBackbone(), perturb.decoded)
    short = perturb.listen(song, named("untouched"), CountingBackbone(), perturb.middle)
    assert len(long["embedding"]) == 12
    assert len(short["embedding"]) == 3


def test_a_track_shorter_than_ten_seconds_is_heard_from_its_beginning(tmp_path):
    assert perturb.middle(track(tmp_path, 4.2).audio).duration == pytest.approx(4.2, abs=1e-3)


def test_the_same_noise_falls_on_the_same_track_and_another_on_another(tmp_path):
    first, again, other = (
        perturb.listen(track(tmp_path, 3.0, name), named("noise_0"), CountingBackbone(), perturb.middle)["embedding"]
        for name in ("a", "a", "b")
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_loudness_is_taken_away_before_anything_is_heard(tmp_path):
    song = track(tmp_path, 3.0)
    loud, quiet = (
        perturb.listen(song, named(name), CountingBackbone(), perturb.middle)["embedding"]
        for name in ("gain_12", "gain_-12")
    )
    assert loud == pytest.approx(quiet, abs=1e-2)


def test_excerpts_are_no_part_of_the_long_scope(tmp_path):
    whole, silent = track(tmp_path, 2.0), Track("b", "rock", None, "b", "none", "", has_taggram=True)
    excerpt = Track("c", "rock", whole.audio, "c", "excerpt", "", has_taggram=False)
    assert perturb.tracks_of(MIDDLE, (whole, excerpt, silent)) == [whole]
    assert perturb.tracks_of(LONG, (whole, excerpt, silent)) == [whole]
    assert perturb.tracks_of(SHORT, (whole, excerpt, silent)) == [whole, excerpt]


def test_changes_are_chosen_by_name_in_the_order_of_the_catalogue():
    assert [each.name for each in perturb.chosen(["noise_20", "untouched"])] == ["untouched", "noise_20"]
    assert perturb.chosen(()) == CATALOGUE


def test_an_unknown_change_is_named():
    with pytest.raises(SettingsError, match=r"perturb\.only: 'noise_21' is no change; there are untouched, mp3_128"):
        perturb.chosen(["noise_21"])
