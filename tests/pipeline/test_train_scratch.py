"""The network from scratch as a member: trained, exported, and ready to be assembled."""

import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed here; `make torch` tests what needs it")

from genrekit.pipeline.datasets import synth
from genrekit.pipeline.datasets.folds import write_folds
from genrekit.pipeline.datasets.settings import FoldParams, PrepareParams, SynthParams
from genrekit.pipeline.layout import Layout
from genrekit.pipeline.out_of_fold import load_out_of_fold
from genrekit.pipeline.prepare import run as prepare
from genrekit.pipeline.settings import CnnMemberParams
from genrekit.pipeline.train_scratch import run
from genrekit.sessions import open_session

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    made = Layout(tmp_path_factory.mktemp("scratch") / "work")
    genres = tuple(sorted(synth.STYLES))[:2]
    wanted = PrepareParams(kind="synth", synth=SynthParams(genres=genres, tracks_per_genre=8, seconds=2.5))
    tracks = prepare({}, {"data": made.data}, wanted).tracks
    write_folds(made.data, tracks, FoldParams(folds=2, shuffles=1))
    run(made, CnnMemberParams(epochs=1, taught=False))
    return made


def test_it_leaves_what_every_member_leaves(layout):
    assert {path.name for path in layout.member("cnn").iterdir()} == {"model.onnx", "out_of_fold.npz", "history.json"}
    assert not layout.progress("cnn").exists()


def test_its_predictions_are_of_all_tracks_under_its_own_name(layout):
    predictions = load_out_of_fold(layout.member("cnn") / "out_of_fold.npz")
    assert list(predictions.log_proba) == ["cnn"]
    assert np.exp(predictions.log_proba["cnn"]).sum(axis=2) == pytest.approx(1, abs=0.2)


def test_its_history_has_folds_and_epochs(layout):
    history = json.loads((layout.member("cnn") / "history.json").read_text())
    assert (len(history["folds"]), len(history["epochs"])) == (2, 1)
    assert history["params"] == {"kind": "logmel", "epochs": 1, "taught": False}


def test_its_graph_takes_frames(layout):
    session = open_session((layout.member("cnn") / "model.onnx").read_bytes())
    (log_proba,) = session.run(None, {"frames": np.zeros((3, 64, 86), np.float32)})
    assert log_proba.shape == (3, 2)


def test_the_features_of_other_stages_are_left_alone(layout):
    assert not layout.features.exists()
