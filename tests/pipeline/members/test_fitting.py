"""How networks on frames are trained."""

# ruff: noqa: E402 - what needs PyTorch is imported where it is known to be there

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make torch runs this apart")

from genrekit.errors import SettingsError
from genrekit.pipeline.members.cnn import CnnNetwork
from genrekit.pipeline.members.epochs import FitParams
from genrekit.pipeline.members.fitting import device, fit, log_proba
from tests.pipeline.members.scenes import N_GENRES, make_spectra

pytestmark = pytest.mark.torch

PARAMS = FitParams(crop_frames=24, epochs=4, crops=128, batch=16, learning_rate=1e-2, held_back=0.2)


def make_network(n_outputs: int = 2) -> CnnNetwork:
    torch.manual_seed(0)
    return CnnNetwork((4, 4, 8, 8), N_GENRES, n_outputs, dropout=0.1)


def weights(network: CnnNetwork) -> np.ndarray:
    return torch.cat([value.double().flatten() for value in network.state_dict().values()]).cpu().numpy()


class KilledError(Exception):
    """The process ends here."""


def killed_after(epochs: int):
    def observe(epoch):
        if epoch.number == epochs:
            raise KilledError

    return observe


def test_it_learns_and_tells_of_every_epoch():
    told = []
    network = make_network()
    fitted = fit(network, make_spectra(), replace(PARAMS, epochs=10, patience=10), None, told.append)
    assert [epoch.number for epoch in fitted.curve] == list(range(1, 11))
    assert tuple(told) == fitted.curve
    assert fitted.curve[-1].loss < fitted.curve[0].loss
    assert min(epoch.valid_loss for epoch in fitted.curve) == fitted.curve[fitted.best - 1].valid_loss
    fresh = make_spectra(12, seed=1)
    scores = [
        log_proba(network, ((frames - fitted.scale[0]) / fitted.scale[1])[None]).argmax() for frames in fresh.frames
    ]
    assert np.mean(np.array(scores) == fresh.genre) > 0.8


def test_a_run_that_was_killed_ends_with_the_very_same_weights(tmp_path):
    whole, broken, resumed = make_network(), make_network(), make_network()
    spectra, checkpoint = make_spectra(), tmp_path / "state.pt"
    fitted = fit(whole, spectra, PARAMS)
    with pytest.raises(KilledError):
        fit(broken, spectra, PARAMS, checkpoint, killed_after(2))
    told = []
    again = fit(resumed, spectra, PARAMS, checkpoint, told.append)
    assert [epoch.number for epoch in told] == [3, 4]
    assert [epoch.valid_loss for epoch in again.curve] == [epoch.valid_loss for epoch in fitted.curve]
    np.testing.assert_array_equal(weights(resumed), weights(whole))
    assert list(tmp_path.iterdir()) == [checkpoint]


def test_a_checkpoint_of_other_settings_is_not_used(tmp_path):
    checkpoint, spectra = tmp_path / "state.pt", make_spectra()
    fit(make_network(), spectra, PARAMS, checkpoint)
    told = []
    fit(make_network(), spectra, replace(PARAMS, seed=1), checkpoint, told.append)
    assert told[0].number == 1


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path):
    checkpoint = tmp_path / "state.pt"
    torch.save({"made_of": KilledError}, checkpoint)
    with pytest.raises(Exception, match=r"[Ww]eights"):
        fit(make_network(), make_spectra(), PARAMS, checkpoint)


def test_it_stops_when_nothing_gets_better_and_keeps_the_best():
    params = replace(PARAMS, epochs=40, patience=2, learning_rate=1e-9)
    network = make_network()
    fitted = fit(network, make_spectra(), params)
    assert len(fitted.curve) == fitted.best + 2


def test_the_learning_rate_rises_then_falls_to_nothing():
    rates = [epoch.learning_rate for epoch in fit(make_network(), make_spectra(), replace(PARAMS, epochs=8)).curve]
    assert max(rates) <= PARAMS.learning_rate
    assert rates[-1] < 0.05 * PARAMS.learning_rate
    assert rates == sorted(rates, reverse=True)


def test_a_teacher_that_is_asked_for_has_to_be_there():
    with pytest.raises(SettingsError, match="teacher"):
        fit(make_network(), make_spectra(), replace(PARAMS, teacher=0.5))


def test_a_teacher_changes_what_is_learnt():
    spectra = make_spectra(taught=True)
    alone, taught = make_network(), make_network()
    fit(alone, spectra, PARAMS)
    fit(taught, spectra, replace(PARAMS, teacher=0.5, imitation=0.5))
    assert not np.array_equal(weights(alone), weights(taught))


def test_it_trains_on_a_gpu_where_there_is_one():
    assert device().type == ("cuda" if torch.cuda.is_available() else "cpu")
