"""What decides the training of a network, and what it tells."""

from __future__ import annotations

from genrekit.pipeline.members.epochs import Epoch, FitParams, nobody


def test_an_epoch_has_at_least_one_step():
    assert FitParams(crops=640, batch=32).steps == 20
    assert FitParams(crops=8, batch=32).steps == 1


def test_nobody_listens():
    epoch = Epoch(1, 2, 0.5, 0.5, 0.5, 0.1, 1.0)
    nobody(epoch)
    assert epoch.number == 1
