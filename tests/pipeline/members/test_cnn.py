"""The member trained from scratch."""

# ruff: noqa: E402 - what needs PyTorch is imported where it is known to be there

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make torch runs this apart")

from genrekit.errors import SettingsError
from genrekit.graph_check import check_graph
from genrekit.pipeline.members.cnn import Cnn, CnnParams, export_cnn, train_cnn
from genrekit.pipeline.members.epochs import FitParams
from genrekit.pipeline.members.spectra import windows
from genrekit.sessions import open_session
from genrekit.steps.members import load_member
from genrekit.values import View
from tests.pipeline.members.scenes import N_GENRES, make_spectra

pytestmark = pytest.mark.torch

FIT = FitParams(crop_frames=24, epochs=8, crops=128, batch=16, learning_rate=1e-2)
PARAMS = CnnParams(channels=(4, 4, 8, 8), dropout=0.1, fit=FIT)


@pytest.fixture(scope="module")
def cnn() -> Cnn:
    return train_cnn(make_spectra(), PARAMS)


def fresh_windows() -> tuple[np.ndarray, np.ndarray]:
    spectra = make_spectra(24, seed=1)
    parts = [windows(frames, 24) for frames in spectra.frames]
    return np.concatenate(parts), np.repeat(spectra.genre, [len(part) for part in parts])


def test_it_hears_the_genre_of_tracks_that_it_never_saw(cnn):
    values, genre = fresh_windows()
    log_proba = cnn.log_proba(values)
    assert log_proba.shape == (len(values), N_GENRES)
    assert log_proba.dtype == np.float32
    np.testing.assert_allclose(np.exp(log_proba).sum(axis=1), 1, atol=1e-5)
    assert np.mean(log_proba.argmax(axis=1) == genre) > 0.7


def test_the_exported_graph_says_the_same(cnn):
    values, _ = fresh_windows()
    (log_proba,) = open_session(export_cnn(cnn)).run(None, {"frames": values})
    np.testing.assert_allclose(log_proba, cnn.log_proba(values), atol=1e-4)


def test_an_artifact_may_hold_it_and_it_is_a_member(cnn):
    model = export_cnn(cnn)
    check_graph("cnn.onnx", model)
    values, _ = fresh_windows()
    scores = load_member("cnn", "spectral", 1.0, model).score(View(values, np.zeros((len(values), 2))))
    np.testing.assert_allclose(scores.log_proba, cnn.log_proba(values), atol=1e-4)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(cnn):
    assert export_cnn(train_cnn(make_spectra(), PARAMS)) == export_cnn(cnn)
    other = replace(PARAMS, fit=replace(FIT, seed=1))
    assert export_cnn(train_cnn(make_spectra(), other)) != export_cnn(cnn)


def test_what_imitates_the_teacher_is_not_exported():
    taught = train_cnn(make_spectra(taught=True), replace(PARAMS, fit=replace(FIT, teacher=0.5, imitation=0.5)))
    plain = train_cnn(make_spectra(), PARAMS)
    assert taught.parameters == plain.parameters
    assert abs(len(export_cnn(taught)) - len(export_cnn(plain))) < 64


def test_the_default_network_is_small(cnn):
    network = train_cnn(make_spectra(), CnnParams(fit=replace(FIT, epochs=1, crops=16)))
    assert 90_000 < network.parameters < 300_000


def test_too_few_bands_are_refused():
    spectra = make_spectra()
    few = replace(spectra, frames=tuple(frames[:13] for frames in spectra.frames))
    with pytest.raises(SettingsError, match="16"):
        train_cnn(few, PARAMS)
