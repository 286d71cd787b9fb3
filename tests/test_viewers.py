"""Views by the settings of an artifact."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

import clipfeat
from genrekit.artifact import (
    Artifact,
    MemberEntry,
    SpectralSettings,
    ViewSettings,
    read_artifact,
    write_artifact,
)
from genrekit.errors import ArtifactError
from genrekit.predictor import Predictor
from genrekit.steps.spectrograms import spectral_view
from genrekit.values import Waveform
from genrekit.viewers import make_viewer
from tests.making import frames_member, make_music, tiny_manifest

CONFIG = clipfeat.FeatureConfig(n_mels=32, n_mfcc=16)
SETTINGS = SpectralSettings("logmel", CONFIG.fingerprint, 22_050, 2048, 512, 32, 16, window_frames=86, hop_frames=43)


def spectral_artifact(folder: Path, settings: SpectralSettings = SETTINGS) -> Artifact:
    manifest = msgspec.structs.replace(
        tiny_manifest(),
        views=ViewSettings(level_dbfs=-17.0, embedding=None, tabular=None, spectral=settings),
        members=(MemberEntry("frames", "spectral", "frames.onnx", 1.0),),
    )
    write_artifact(folder, manifest, {"frames.onnx": frames_member(32, len(manifest.genres))})
    return read_artifact(folder)


def test_the_spectral_view_is_the_step_with_the_artifacts_settings(tmp_path):
    viewer = make_viewer(spectral_artifact(tmp_path / "a"), "spectral")
    music = make_music(4.0)
    view = viewer(Waveform(music, 22_050), 0.5)
    expected = spectral_view(np.float32(0.5) * music, "logmel", CONFIG, window_frames=86, hop_frames=43)
    np.testing.assert_array_equal(view.values, expected.values)
    np.testing.assert_array_equal(view.spans, expected.spans)


def test_a_member_on_frames_answers(tmp_path, song):
    spectral_artifact(tmp_path / "a")
    prediction = Predictor.load(tmp_path / "a").predict(song)
    assert sum(prediction.proba.values()) == pytest.approx(1)
    assert len(prediction.clips) == 2


def test_a_file_shorter_than_a_window_is_answered_too(tmp_path):
    spectral_artifact(tmp_path / "a")
    prediction = Predictor.load(tmp_path / "a").predict_samples(make_music(1.0), 22_050)
    assert sum(prediction.proba.values()) == pytest.approx(1)


def test_frames_other_than_those_of_training_are_refused(tmp_path):
    other = msgspec.structs.replace(SETTINGS, fingerprint="0" * 16)
    with pytest.raises(ArtifactError, match="spectral view"):
        make_viewer(spectral_artifact(tmp_path / "a", other), "spectral")


def test_a_view_that_is_not_set_up_is_refused_by_name(tmp_path):
    with pytest.raises(ArtifactError, match="odd"):
        make_viewer(spectral_artifact(tmp_path / "a"), "odd")


def test_an_artifact_without_the_spectral_view_does_not_speak_of_it(tiny_artifact):
    assert '"spectral"' not in (tiny_artifact / "manifest.json").read_text()
