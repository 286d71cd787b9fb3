"""What the network trained from scratch learns from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import genrekit.pipeline.scratch_material as material_of
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.members.spectra import Spectra
from genrekit.pipeline.scratch_material import Material, taught
from genrekit.pipeline.trainers import Trained
from genrekit.pipeline.training_data import TrackRows, TrainingData

N_PATCHES = 3


def make_data() -> TrainingData:
    """Forty tracks of twenty artists and two genres, three patches each."""
    place = np.repeat(np.arange(40), N_PATCHES)
    genre = np.arange(40) // 2 % 2
    tracks = tuple(
        Track(f"t{track}", "ab"[genre[track]], Path("x.wav"), f"artist{track // 2}", "whole", "", has_taggram=False)
        for track in range(40)
    )
    clean = TrackRows(place, np.random.default_rng(0).normal(0, 1, (len(place), 6)).astype(np.float32))
    none = TrackRows(np.zeros(0, np.int64), np.zeros((0, 1), np.float32))
    return TrainingData(tracks, ("a", "b"), genre, clean, none, none, none, none, none)


@pytest.fixture
def material() -> Material:
    """Forty tracks; the last two of them have no recording, and share their artist with nobody."""
    data = make_data()
    heard = data.tracks[:-2]
    without = [replace(track, audio=None) for track in data.tracks[-2:]]
    kept = data.clean.track < len(heard)
    clean = TrackRows(data.clean.track[kept], data.clean.values[kept])
    frames = tuple(np.zeros((16, 50), np.float32) for _ in heard)
    spectra = Spectra(frames, data.genre[: len(heard)], tuple(track.group for track in heard), 2)
    starts = tuple(np.arange(N_PATCHES) * 10.0 for _ in heard)
    return Material(heard, spectra, b"", replace(data, tracks=(*heard, *without), clean=clean), starts)


@pytest.fixture
def masks(monkeypatch) -> list[np.ndarray]:
    """Which tracks each head was trained on; it says of a patch what its first value is."""
    seen = []

    def head_trainer(backbone, params):
        def train(data, inside):
            seen.append(inside)
            return Trained(lambda values: np.stack([values[:, 0], -values[:, 0]], axis=1), lambda: b"")

        return train

    monkeypatch.setattr(material_of, "head_trainer", head_trainer)
    monkeypatch.setattr(material_of, "tag_weights", lambda _: np.eye(6)[:, :2])
    return seen


def test_the_teacher_never_saw_the_artists_that_the_network_is_measured_on(material, masks):
    inside = np.array([int(track.group.removeprefix("artist")) % 5 != 0 for track in material.tracks])
    taught(material, inside, 1.0)
    assert material.data is not None
    (mask,) = masks
    outside = {track.group for track, kept in zip(material.tracks, inside, strict=True) if not kept}
    assert not any(track.group in outside for track, kept in zip(material.data.tracks, mask, strict=True) if kept)
    # What is known of tracks without a recording may teach the teacher.
    assert mask[-2:].all()


def test_each_track_gets_the_words_about_itself(material, masks):
    inside = np.zeros(len(material.tracks), bool)
    inside[[3, 7]] = True
    spectra = taught(material, inside, 1.0)
    assert spectra.groups == ("artist1", "artist3")
    values = material.data.clean.values[material.data.clean.track == 7]
    expected = 1 / (1 + np.exp(-2 * values[:, 0]))
    np.testing.assert_allclose(spectra.soft[1].proba[:, 0], expected, rtol=1e-4)
    np.testing.assert_array_equal(spectra.soft[1].start, [0, 10, 20])


def test_without_a_teacher_nobody_can_be_taught(material):
    with pytest.raises(ValueError, match="no teacher"):
        taught(replace(material, data=None), np.ones(len(material.tracks), bool), 1.0)
