"""Runs, registry and champion, in a store of MLflow's own on the disk."""

from dataclasses import replace

import numpy as np
import pytest

from genrekit.artifact import read_artifact
from genrekit.errors import ArtifactError, MissingExtraError, SettingsError
from genrekit.pipeline import record, tracking
from genrekit.pipeline.settings import Settings
from tests.pipeline.trained import assembled, evaluated, named_predictions, write_trained

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*:DeprecationWarning", "ignore:.*:FutureWarning")]
pytest.importorskip("mlflow", reason="the extra track is not installed")


def worsened():
    """What a training that went wrong says."""
    told = named_predictions()
    rows = {name: np.roll(values, 1, axis=2) for name, values in told.log_proba.items()}
    return replace(told, log_proba=rows)


def trained(root, predictions=None):
    layout = write_trained(root, predictions)
    return layout, assembled(layout), evaluated(layout)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Two trainings told to one store, the good one first; and the first one told again."""
    patch = pytest.MonkeyPatch()
    root = tmp_path_factory.mktemp("tracking")
    layout, _, reports = trained(root / "good")
    poor, _, poor_reports = trained(root / "poor", worsened())
    patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{root / 'store.db'}")
    patch.chdir(root)
    sentences = [record.run(layout, Settings(), reports), record.run(poor, Settings(), poor_reports)]
    sentences.append(record.run(layout, Settings(), reports))
    yield tracking.open_tracker(root), layout, sentences
    patch.undo()


def test_the_first_is_crowned_the_worse_is_not_and_nothing_is_told_twice(told):
    assert told[2][0] == "genrekit 1 is the champion: the first one"
    assert told[2][1].startswith("genrekit 2 does not become the champion: -")
    assert told[2][2].endswith("is recorded already")


def test_runs_lie_within_runs(told):
    client = told[0].client
    experiment = client.get_experiment_by_name("genrekit").experiment_id
    runs = {run.info.run_id: run for run in client.search_runs([experiment])}
    outer = [run for run in runs.values() if "mlflow.parentRunId" not in run.data.tags]
    assert len(outer) == 2
    first = [run for run in runs.values() if run.data.tags.get("mlflow.parentRunId") == outer[0].info.run_id]
    assert {run.info.run_name for run in first} == {"train musicnn", "train forest", "evaluate"}
    assert all(run.info.status == "FINISHED" for run in runs.values())
    assert outer[0].data.metrics["accuracy"] != outer[1].data.metrics["accuracy"]


def test_pages_of_mlflow_show_data_source_and_revision_of_every_run(told):
    client = told[0].client
    experiment = client.get_experiment_by_name("genrekit")
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
    for run in client.search_runs([experiment.experiment_id]):
        assert run.data.tags["mlflow.source.name"] == "genrekit.pipeline"
        assert run.data.tags["mlflow.source.git.commit"] == run.data.tags["revision"]
        data = run.inputs.dataset_inputs[0].dataset
        assert (data.name, data.digest) == ("index", run.data.tags["index_sha256"][:16])


def test_the_artifact_is_kept_with_its_signature(told):
    version = told[0].client.get_model_version("genrekit", "1")
    assert version.tags["genrekit.artifact"] == read_artifact(told[1].artifact).id
    from mlflow.models import Model

    signature = Model.load(version.source).signature
    assert [spec.name for spec in signature.inputs.inputs] == ["samples", "sample_rate"]


def test_the_champion_is_pulled_as_it_was_assembled(told, tmp_path):
    pulled = tracking.pull(told[0], "models:/genrekit@champion", tmp_path / "champion")
    assert pulled.id == read_artifact(told[1].artifact).id == read_artifact(tmp_path / "champion").id


def test_a_damaged_copy_is_refused_and_what_was_there_stays(told, tmp_path):
    tracking.pull(told[0], "models:/genrekit/1", tmp_path / "here")
    before = read_artifact(tmp_path / "here").id
    client = told[0].client
    run = client.get_model_version("genrekit", "2").run_id
    kept = tmp_path / "bad.onnx"
    kept.write_bytes(b"not the graph")
    client.log_artifact(run, str(kept.rename(tmp_path / "forest.onnx")), "model/artifact")
    with pytest.raises(ArtifactError, match=r"forest\.onnx"):
        tracking.pull(told[0], "models:/genrekit/2", tmp_path / "here")
    assert read_artifact(tmp_path / "here").id == before


@pytest.mark.parametrize("uri", ["models:/genrekit@nobody", "models:/unknown/1", "no address at all"])
def test_what_the_registry_does_not_have_is_one_line(told, tmp_path, uri):
    with pytest.raises(SettingsError, match=uri.split("/")[-1]):
        tracking.pull(told[0], uri, tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(tracking, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"genrekit\[track\]"):
        tracking.open_tracker(tmp_path)
