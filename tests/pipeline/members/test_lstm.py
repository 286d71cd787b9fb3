"""The recurrent network, for comparison."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: make torch runs this apart")

from genrekit.pipeline.members.epochs import FitParams
from genrekit.pipeline.members.lstm import LstmParams, train_lstm
from genrekit.pipeline.members.spectra import windows
from tests.pipeline.members.scenes import N_GENRES, make_spectra

pytestmark = pytest.mark.torch

PARAMS = LstmParams(
    units=16, dropout=0.0, fit=FitParams(crop_frames=24, epochs=10, crops=128, batch=16, learning_rate=1e-2)
)


def test_it_hears_the_genre_of_tracks_that_it_never_saw():
    lstm = train_lstm(make_spectra(), PARAMS)
    spectra = make_spectra(24, seed=1)
    scores = np.stack([lstm.log_proba(windows(frames, 24)).mean(axis=0) for frames in spectra.frames])
    assert scores.shape == (24, N_GENRES)
    assert np.mean(scores.argmax(axis=1) == spectra.genre) > 0.7


def test_coefficients_are_not_masked_like_bands():
    disturb = LstmParams().fit.disturb
    assert (disturb.band_masks, disturb.tilt) == (0, 0)
    assert disturb.time_masks > 0


def test_epochs_are_told():
    told = []
    train_lstm(make_spectra(), replace(PARAMS, fit=replace(PARAMS.fit, epochs=2)), None, told.append)
    assert [epoch.number for epoch in told] == [1, 2]
