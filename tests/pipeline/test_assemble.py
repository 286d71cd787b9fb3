import json
import subprocess
import sys

import numpy as np
import pytest

from genrekit.artifact import read_artifact
from genrekit.pipeline.assemble import BACKBONE, NOTICE, build_manifest
from genrekit.pipeline.combination import crossed
from genrekit.pipeline.evaluate import evaluate
from genrekit.pipeline.out_of_fold import OutOfFold, save_out_of_fold
from tests.making import linear_member
from tests.pipeline.predicting import make_predictions

FEATURES = np.random.default_rng(0).normal(5.0, 2.0, (200, 57)).astype(np.float32)


def renamed() -> OutOfFold:
    """The good one is the backbone's head, the poor one the forest."""
    made = make_predictions()
    rows = {"musicnn": made.log_proba["good"], "forest": made.log_proba["poor"]}
    return OutOfFold(made.names, made.genres, made.truth, made.groups, made.kinds, made.shuffles, made.folds, rows)


@pytest.fixture(scope="module")
def manifest():
    return build_manifest(renamed(), FEATURES, evaluate(renamed()), {"revision": "abc"})


def test_members_get_the_weights_that_their_predictions_earn(manifest):
    weights = {member.name: member.weight for member in manifest.members}
    assert weights["musicnn"] > weights["forest"] >= 0
    assert {member.name: member.view for member in manifest.members} == {"musicnn": "embedding", "forest": "tabular"}


def test_the_threshold_keeps_four_fifths_of_the_tracks(manifest):
    top = crossed(renamed(), ["musicnn", "forest"]).max(axis=2)
    assert np.mean(top >= manifest.unsure_below) >= 0.8


def test_the_summary_holds_rising_deciles_of_each_feature(manifest):
    summary = manifest.feature_summary
    assert len(summary.names) == len(summary.quantiles) == 57
    assert all(list(deciles) == sorted(deciles) and len(deciles) == 9 for deciles in summary.quantiles)
    assert np.mean([deciles[4] for deciles in summary.quantiles]) == pytest.approx(5.0, abs=0.2)


def test_what_it_reaches_is_what_ships_reaches(manifest):
    figures = evaluate(renamed())
    weights = {member.name: member.weight for member in manifest.members}
    parts = figures["members"]["musicnn"] if weights["musicnn"] == 1 else figures["ensemble"]
    assert manifest.metrics["all"]["accuracy"] == parts["all"]["accuracy"]
    assert set(manifest.metrics) == {"all", "whole", "excerpt"}


def test_what_it_is_made_of_is_copied(manifest):
    assert manifest.provenance == {"revision": "abc"}


def test_the_command_writes_an_artifact_that_reads(tmp_path):
    work, data = tmp_path / "work", tmp_path / "data"
    (work / "members").mkdir(parents=True)
    data.mkdir()
    (data / "index.csv").write_text("name,genre,audio\na,a,a.wav\n")
    for name, n_dims in (("musicnn", 784), ("forest", 57)):
        (work / "members" / f"{name}.onnx").write_bytes(linear_member(n_dims, 3))
    (work / "members" / BACKBONE).write_bytes(linear_member(96, 784))
    (work / "members" / NOTICE).write_text("a notice")
    save_out_of_fold(work / "out_of_fold.npz", renamed())
    np.savez(work / "tabular.npz", values=FEATURES)
    (tmp_path / "metrics.json").write_text(json.dumps(evaluate(renamed())))
    command = [sys.executable, "-m", "genrekit.pipeline.assemble", "--work", work]
    command += ["--metrics", tmp_path / "metrics.json", "--out", tmp_path / "artifact"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={"GENREKIT_DATA": str(data)})
    artifact = read_artifact(tmp_path / "artifact")
    assert artifact.id == done.stdout.strip()
    assert set(artifact.files) == {BACKBONE, NOTICE, "musicnn.onnx", "forest.onnx"}
    assert artifact.manifest.genres == ("a", "b", "c")
