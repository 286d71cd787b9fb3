from dataclasses import replace

import numpy as np
import pytest

from genrekit.artifact import read_artifact
from genrekit.errors import ArtifactError
from genrekit.pipeline.assemble import build_manifest
from genrekit.pipeline.combination import crossed
from genrekit.pipeline.evaluate import evaluate
from genrekit.pipeline.layout import BACKBONE, NOTICE
from genrekit.pipeline.out_of_fold import load_out_of_fold
from genrekit.pipeline.settings import Settings, TrainParams
from tests.pipeline.trained import FEATURES, assembled, named_predictions, write_trained


@pytest.fixture(scope="module")
def manifest():
    return build_manifest(named_predictions(), FEATURES, evaluate(named_predictions()), {"revision": "abc"}, Settings())


def test_members_get_the_weights_that_their_predictions_earn(manifest):
    weights = {member.name: member.weight for member in manifest.members}
    assert weights["musicnn"] > weights["forest"] >= 0
    assert {member.name: member.view for member in manifest.members} == {"musicnn": "embedding", "forest": "tabular"}


def test_the_threshold_keeps_four_fifths_of_the_tracks(manifest):
    top = crossed(named_predictions(), ["musicnn", "forest"]).max(axis=2)
    assert np.mean(top >= manifest.unsure_below) >= 0.8


def test_the_summary_holds_rising_deciles_of_each_feature(manifest):
    summary = manifest.feature_summary
    assert len(summary.names) == len(summary.quantiles) == 57
    assert all(list(deciles) == sorted(deciles) and len(deciles) == 9 for deciles in summary.quantiles)
    assert np.mean([deciles[4] for deciles in summary.quantiles]) == pytest.approx(5.0, abs=0.2)


def test_what_it_reaches_is_what_ships_reaches(manifest):
    figures = evaluate(named_predictions())
    weights = {member.name: member.weight for member in manifest.members}
    parts = figures["members"]["musicnn"] if weights["musicnn"] == 1 else figures["ensemble"]
    assert manifest.metrics["all"]["accuracy"] == parts["all"]["accuracy"]
    assert set(manifest.metrics) == {"all", "whole", "excerpt"}


def test_what_it_is_made_of_is_copied(manifest):
    assert manifest.provenance == {"revision": "abc"}


@pytest.fixture
def trained(tmp_path):
    """What the stages before leave in the working folder."""
    return write_trained(tmp_path)


def test_the_stage_writes_an_artifact_that_reads(trained):
    identity = assembled(trained)
    artifact = read_artifact(trained.artifact)
    assert artifact.id == identity
    assert set(artifact.files) == {BACKBONE, NOTICE, "musicnn.onnx", "forest.onnx"}
    assert artifact.manifest.genres == ("a", "b", "c")
    assert {"index_sha256", "folds_sha256", "revision", "numpy"} <= set(artifact.manifest.provenance)


def test_assembled_twice_it_is_the_same_to_the_byte(trained, monkeypatch):
    monkeypatch.setattr("genrekit.pipeline.assemble.git_revision", lambda: "abc")
    first = assembled(trained)
    content = {path.name: path.read_bytes() for path in trained.artifact.iterdir()}
    assert assembled(trained) == first
    assert {path.name: path.read_bytes() for path in trained.artifact.iterdir()} == content


def test_the_predictions_of_all_members_are_kept_together(trained):
    assembled(trained)
    assert list(load_out_of_fold(trained.out_of_fold).log_proba) == ["musicnn", "forest"]


def test_a_damaged_member_leaves_no_artifact(trained):
    (trained.member("forest") / "model.onnx").write_bytes(b"half a gra")
    with pytest.raises(ArtifactError):
        assembled(trained)
    assert not trained.artifact.exists()


def test_an_interrupted_write_leaves_no_artifact_that_loads(trained, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("genrekit.artifact._write_durably", full)
    with pytest.raises(OSError, match="No space"):
        assembled(trained)
    assert not list(trained.work.rglob("manifest.json"))


def test_frames_are_looked_at_only_where_a_member_looks_at_them(manifest):
    assert manifest.views.spectral is None
    told = named_predictions()
    told = replace(told, log_proba={"musicnn": told.log_proba["musicnn"], "cnn": told.log_proba["forest"]})
    chosen = Settings(train=TrainParams(members=("musicnn", "cnn")))
    built = build_manifest(told, FEATURES, evaluate(told), {}, chosen)
    assert built.views.spectral.kind == "logmel"
    assert {member.name: member.view for member in built.members} == {"musicnn": "embedding", "cnn": "spectral"}
