"""Networks by both protocols."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: make torch runs this apart")

from genrekit.pipeline.compare import PUBLISHED, Segments, both_protocols
from genrekit.pipeline.compare_networks import NETWORKS, cut_segments, fit_network
from tests.pipeline.members.scenes import make_spectra

pytestmark = pytest.mark.torch


def test_tracks_are_cut_by_the_rule_of_clips():
    track, parts = cut_segments([np.zeros((2, 25)), np.zeros((2, 4)), np.zeros((2, 14))], 10)
    assert track.tolist() == [0, 0, 0, 1, 2]
    assert [part.shape[1] for part in parts] == [10, 10, 5, 4, 10]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_measured_like_every_other_model(name):
    spectra = make_spectra(n_frames=50)
    track, frames = cut_segments(spectra.frames, 25)
    folds = np.array([int(group.removeprefix("artist")) // N_ARTISTS for group in spectra.groups])
    segments = Segments(track, spectra.genre, spectra.groups, folds[None])
    figures = both_protocols(fit_network(name, segments, frames, 25, epochs=2), segments, draws=1)
    assert 0 <= figures["artist_grouped"]["track"]["accuracy"] <= 1
    assert figures["random_segments"]["segment"]["draws"] == 1


def test_they_stand_beside_published_figures():
    assert set(NETWORKS) <= set(PUBLISHED)


N_ARTISTS = 9  # of eighteen, in a fold
