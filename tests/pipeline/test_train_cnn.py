"""The stage of the network trained from scratch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: make torch runs this apart")

import genrekit.pipeline.train_cnn as stage
from genrekit.pipeline.datasets.index import DataSet, Track
from genrekit.pipeline.members.cnn import CnnParams
from genrekit.pipeline.members.epochs import FitParams
from genrekit.pipeline.progress import SavedProgress
from genrekit.pipeline.scratch_material import Material
from genrekit.pipeline.train_cnn import DISTILLED, PLAIN, ScratchParams, cross_validate, score_tracks
from tests.pipeline.members.scenes import make_spectra

pytestmark = pytest.mark.torch

FIT = FitParams(crop_frames=24, epochs=2, crops=32, batch=16)
PARAMS = ScratchParams(cnn=CnnParams(channels=(4, 4, 8, 8), fit=FIT), variants=(PLAIN,))


def scene() -> tuple[Material, DataSet]:
    spectra = make_spectra()
    tracks = tuple(
        Track(f"t{place}", "abc"[genre], Path("x.wav"), group, "whole", "", has_taggram=False)
        for place, (genre, group) in enumerate(zip(spectra.genre, spectra.groups, strict=True))
    )
    folds = {"fold_a": {track.name: int(track.group.removeprefix("artist")) // 9 for track in tracks}}
    return Material(tracks, spectra, b""), DataSet(Path(), tracks, folds)


def test_every_track_is_scored_by_a_network_that_never_saw_its_artist(tmp_path, monkeypatch):
    material, dataset = scene()
    seen = []
    train = stage.train_variant

    def spy(material, inside, *rest):
        seen.append(inside)
        return train(material, inside, *rest)

    monkeypatch.setattr(stage, "train_variant", spy)
    predictions, curves = cross_validate(material, dataset, ["fold_a"], PARAMS, SavedProgress(tmp_path, "key"))
    assert predictions.log_proba[PLAIN].shape == (1, 36, 3)
    np.testing.assert_allclose(np.exp(predictions.log_proba[PLAIN]).sum(axis=2), 1, atol=0.3)
    assert [inside.tolist() for inside in seen] == [(predictions.folds[0] != fold).tolist() for fold in (0, 1)]
    assert [len(fold["epochs"]) for fold in curves[PLAIN].values()] == [2, 2]


def test_folds_that_are_done_are_not_trained_again(tmp_path, monkeypatch):
    material, dataset = scene()
    progress = SavedProgress(tmp_path, "key")
    first, curves = cross_validate(material, dataset, ["fold_a"], PARAMS, progress)
    monkeypatch.setattr(stage, "train_variant", None)
    again, same_curves = cross_validate(material, dataset, ["fold_a"], PARAMS, progress)
    np.testing.assert_array_equal(first.log_proba[PLAIN], again.log_proba[PLAIN])
    assert curves == same_curves


def test_a_tracks_score_is_the_mean_over_its_windows():
    class Alternating:
        def log_proba(self, windows):
            return np.tile(np.log([[0.5, 0.5], [0.25, 0.75]]), (len(windows) // 2, 1)).astype(np.float32)

    scores = score_tracks(Alternating(), [np.zeros((2, 40), np.float32)], 10)
    np.testing.assert_allclose(scores, [np.log([0.5 * 0.25, 0.5 * 0.75]) / 2], rtol=1e-6)


def test_only_the_taught_one_is_given_a_teacher():
    params = replace(PARAMS, teacher=0.4, imitation=0.3)
    assert (params.network(PLAIN).fit.teacher, params.network(PLAIN).fit.imitation) == (0, 0)
    assert (params.network(DISTILLED).fit.teacher, params.network(DISTILLED).fit.imitation) == (0.4, 0.3)
