import msgspec
import pytest

from genrekit.artifact import read_artifact
from genrekit.pipeline.files import write_json
from genrekit.pipeline.recording import ARTIFACT_TAG, training_recording
from genrekit.pipeline.settings import Settings
from tests.pipeline.trained import assembled, evaluated, write_trained


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    made = write_trained(tmp_path_factory.mktemp("training"))
    assembled(made)
    evaluated(made)
    return made


@pytest.fixture
def recording(layout):
    return training_recording(layout, Settings(), read_artifact(layout.artifact), layout.work.parent / "reports")


def test_a_training_has_a_run_for_each_member_and_one_for_the_evaluation(recording):
    assert [child.name for child in recording.children] == ["train musicnn", "train forest", "evaluate"]
    assert all(child.tags[ARTIFACT_TAG] == recording.tags[ARTIFACT_TAG] for child in recording.children)


def test_it_can_be_searched_by_data_folds_and_revision(recording):
    assert {"index_sha256", "folds_sha256", "revision"} <= set(recording.tags)


def test_every_setting_is_told_once(recording):
    said = {**recording.params, **{f"train.{name}": "" for name in ("musicnn", "forest")}}
    assert set(said) >= {"prepare.kind", "featurize.seed", "assemble.kept", "train.members"}
    assert not [key for key in recording.params if key.startswith(("train.musicnn", "train.forest"))]
    assert recording.children[0].params == {"seed": "3"}
    assert "tracking.confidence" in recording.params
    assert msgspec.to_builtins(Settings())["featurize"].keys() <= {
        key.partition(".")[2] for key in recording.params if key.startswith("featurize.")
    }


def test_folds_are_a_curve(recording):
    assert recording.children[1].curves["fold.accuracy"] == [0.5, 0.5]


def test_epochs_are_curves_where_there_are_epochs(layout):
    path = layout.member("forest") / "history.json"
    before = path.read_bytes()
    history = {"member": "forest", "params": {}, "folds": [], "epochs": [{"loss": 2.0}, {"loss": 1.0}]}
    write_json(path, history)
    told = training_recording(layout, Settings(), read_artifact(layout.artifact), layout.work.parent / "reports")
    path.write_bytes(before)
    assert told.children[1].curves["epoch.loss"] == [2.0, 1.0]


def test_every_file_told_of_is_there(recording):
    files = [path for run in (recording, *recording.children) for _, path in run.files]
    assert files
    assert all(path.is_file() for path in files)


def test_the_figures_of_the_whole_carry_their_interval(recording):
    assert recording.figures["accuracy_low"] <= recording.figures["accuracy"] <= recording.figures["accuracy_high"]
    assert recording.figures["weight.musicnn"] + recording.figures["weight.forest"] == pytest.approx(1)
