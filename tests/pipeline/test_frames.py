"""Frames of recordings on disk."""

from __future__ import annotations

import numpy as np
import pytest

import clipfeat
from genrekit.pipeline.datasets.index import Track
from genrekit.pipeline.frames import FrameParams, compute_frames, load_frames, spectral_settings
from genrekit.pipeline.settings import LEVEL_DBFS
from genrekit.steps.clips import level_gain
from genrekit.steps.spectrograms import track_frames
from tests.making import encode, make_music

PARAMS = FrameParams(n_mels=24, n_mfcc=16)


@pytest.fixture
def tracks(tmp_path):
    made = []
    for name, seconds in (("long", 3.0), ("short", 1.5)):
        audio = encode(tmp_path / f"{name}.flac", make_music(seconds), 22_050)
        made.append(Track(name, "jazz", audio, name, "whole", "", has_taggram=False))
    return made


@pytest.mark.parametrize(("kind", "bands"), [("logmel", 24), ("mfcc", 16)])
def test_they_are_those_of_the_view_at_the_level_of_training(tracks, tmp_path, kind, bands):
    params = FrameParams(kind=kind, n_mels=24, n_mfcc=16)
    assert compute_frames(tracks, tmp_path / "frames", params) == 2
    long, short = load_frames(tmp_path / "frames", tracks)
    assert long.shape == (bands, 130)
    assert short.shape == (bands, 65)
    samples = clipfeat.load(tracks[0].audio)
    expected = track_frames(samples * np.float32(level_gain(samples, LEVEL_DBFS)), kind, params.config)
    np.testing.assert_allclose(long, expected, atol=0.3)


def test_what_is_there_is_not_computed_again_unless_settings_change(tracks, tmp_path):
    compute_frames(tracks, tmp_path / "frames", PARAMS)
    assert compute_frames(tracks, tmp_path / "frames", PARAMS) == 0
    assert compute_frames(tracks, tmp_path / "frames", FrameParams(n_mels=32)) == 2


def test_the_artifact_is_told_how_to_make_them():
    settings = spectral_settings(PARAMS, 86)
    assert settings.fingerprint == PARAMS.config.fingerprint
    assert (settings.kind, settings.n_mels, settings.window_frames, settings.hop_frames) == ("logmel", 24, 86, 86)
    assert PARAMS.rate == pytest.approx(22_050 / 512)
