"""The whole training under DVC and MLflow, on a set of music made on the spot: what `make train-smoke` runs.

In a folder and a git repository of its own, which the variable GENREKIT_SMOKE names; a minute or three.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from genrekit.artifact import read_artifact
from genrekit.predictor import Predictor

ROOT = Path(__file__).parents[2]
SMALL = {
    "prepare": {
        "kind": "synth",
        "synth": {"genres": ["drift", "furnace", "march"], "tracks_per_genre": 4, "seconds": 4.0},
        "folds": {"folds": 2, "shuffles": 2},
    },
    "featurize": {"strong": 1, "weak": 0, "patches": 2, "clip_seconds": 3.0},
    "train": {"forest": {"trees": 10, "least_rows": 2}},
    "perturb": {"only": ["untouched", "noise_10"]},
}
MEASURED = {"evaluate", "robustness", "protocols", "card"}
ONCE = {"prepare", "featurize", "train@musicnn", "train@forest", "assemble", "perturb", "record"} | MEASURED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("GENREKIT_SMOKE" not in os.environ, reason="run by `make train-smoke`, which takes minutes"),
]


@dataclass(frozen=True)
class Project:
    """A folder with the pipeline's files, and the output of what has been run in it."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        alone = {
            key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "GENREKIT_", "GIT_"))
        }
        who = {f"GIT_{role}_{part}": f"smoke@{part}" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
        return {**alone, **who, "PATH": path, "DVC_NO_ANALYTICS": "1", "OMP_NUM_THREADS": "1"}

    def run(self, *command: str) -> str:
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def stages_of(self, *command: str) -> set[str]:
        """Which stages a command of DVC has run."""
        return set(re.findall(r"Running stage '([^']+)'", self.run("dvc", *command)))

    def content(self, place: str) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((self.folder / place).iterdir())}


@pytest.fixture(scope="module")
def project() -> Project:
    """Made anew: the pipeline's files, small settings, and no trace of a training."""
    folder = Path(os.environ["GENREKIT_SMOKE"]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    data = Path("src/genrekit/artifact_data")
    (folder / data).mkdir(parents=True)
    for name in ("backbone.onnx", "LICENSE-musicnn.txt"):
        shutil.copy(ROOT / data / name, folder / data / name)
    shutil.copytree(
        ROOT / "src/genrekit/pipeline", folder / "src/genrekit/pipeline", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / ".dvc", folder / ".dvc", ignore=shutil.ignore_patterns("tmp", "cache", "config.local"))
    shutil.copy(ROOT / ".dvcignore", folder / ".dvcignore")
    pipeline = yaml.safe_load((ROOT / "dvc.yaml").read_text())
    # Its gates speak of music; a set of seconds made on the spot does not pass them.
    del pipeline["stages"]["validate"]
    (folder / "dvc.yaml").write_text(yaml.safe_dump(pipeline, sort_keys=False))
    full = yaml.safe_load((ROOT / "params.yaml").read_text())
    (folder / "params.yaml").write_text(yaml.safe_dump(merged(full, SMALL), sort_keys=False))
    (folder / ".gitignore").write_text("work/\n")
    made = Project(folder)
    made.run("git", "init", "--quiet")
    made.run("git", "add", "--all")
    made.run("git", "commit", "--quiet", "--message", "start")
    return made


def merged(full: dict[str, object], changes: dict[str, object]) -> dict[str, object]:
    """Settings with some of them changed; those of DVC's own interpolation need every key."""
    return full | {
        key: merged(full[key], value) if isinstance(value, dict) else value  # type: ignore[arg-type]
        for key, value in changes.items()
    }


@pytest.fixture(scope="module")
def trained(project: Project) -> Project:
    assert project.stages_of("repro") == ONCE
    project.run("git", "add", "--all")
    project.run("git", "commit", "--quiet", "--message", "trained")
    return project


def test_what_was_trained_answers(trained: Project) -> None:
    predictor = Predictor.load(trained.folder / "work/artifact")
    song = next((trained.folder / "work/data/audio").rglob("*.wav"))
    assert predictor.predict(song).genre in {"drift", "furnace", "march"}


def test_nothing_runs_again_where_nothing_has_changed(trained: Project) -> None:
    assert trained.stages_of("repro") == {"prepare"}


def test_a_members_setting_retrains_that_member_only(trained: Project) -> None:
    ran = trained.stages_of("exp", "run", "-S", "train.forest.trees=7")
    assert ran == {"prepare", "train@forest", "assemble", "evaluate", "protocols", "card", "record"}


def test_a_card_tells_of_every_member_and_of_all_together(trained: Project) -> None:
    cards = trained.content("docs/cards")
    assert set(cards) == {"model-ensemble.md", "model-forest.md", "model-musicnn.md"}
    assert all(b"3 genres: drift, furnace, march" in text for text in cards.values())
    assert b"GTZAN" not in b"".join(cards.values())


def test_metrics_and_plots_are_those_of_dvc(trained: Project) -> None:
    metrics = json.loads(trained.run("dvc", "metrics", "show", "--json"))[""]["data"]
    assert 0 <= metrics["reports/metrics.json"]["data"]["ensemble"]["all"]["accuracy"] <= 1
    trained.run("dvc", "metrics", "diff", "--all")
    trained.run("dvc", "plots", "show", "--out", "plots")
    page = (trained.folder / "plots/index.html").read_text()
    assert all(name in page for name in ("Confusion", "Accuracy over the surest share", "Accuracy by probability"))


def test_both_trainings_are_runs_and_versions_and_one_is_the_champion(trained: Project) -> None:
    client_code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from genrekit.pipeline.tracking import open_tracker\n"
        "client = open_tracker(Path('work')).client\n"
        "found = client.get_experiment_by_name('genrekit')\n"
        "runs = [[run.info.run_name, run.data.tags.get('mlflow.parentRunId', '')] for run in"
        " client.search_runs([found.experiment_id])]\n"
        "print(json.dumps({'runs': runs, 'aliases': client.get_registered_model('genrekit').aliases,"
        " 'versions': len(client.search_model_versions(\"name = 'genrekit'\"))}))"
    )
    told = json.loads(trained.run(sys.executable, "-c", client_code).splitlines()[-1])
    outer = [name for name, parent in told["runs"] if not parent]
    assert len(outer) == told["versions"] == 2
    assert sorted(name for name, parent in told["runs"] if parent) == sorted(
        2 * ["train forest", "train musicnn", "evaluate"]
    )
    assert str(told["aliases"]["champion"]) in {"1", "2"}


def test_the_champion_comes_to_where_it_serves(trained: Project) -> None:
    program = "from genrekit.cli.main import main; main()"
    pull = ("model", "pull", "models:/genrekit@champion", "--out", "served")
    identity = trained.run(sys.executable, "-c", program, *pull).strip()
    assert read_artifact(trained.folder / "served").id == identity


def test_a_training_killed_in_the_middle_goes_on_where_it_stopped(trained: Project) -> None:
    before = trained.content("work/artifact")
    clean = trained.folder / "work/features/clean"
    shutil.rmtree(trained.folder / "work/features")
    running = subprocess.Popen(
        ["dvc", "repro"], cwd=trained.folder, env=trained.env, start_new_session=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while len(list(clean.glob("*.npz"))) < 3 and running.poll() is None:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    done = {path: path.stat().st_mtime_ns for path in clean.glob("*.npz")}
    assert 3 <= len(done) < 12
    assert "featurize" in trained.stages_of("repro")
    assert all(path.stat().st_mtime_ns == written for path, written in done.items())
    assert trained.content("work/artifact") == before


def test_forced_to_train_again_it_comes_to_the_same_bytes(trained: Project) -> None:
    places = ("work/artifact", "work/members/forest", "work/members/musicnn", "work/features/clean", "reports/plots")
    before = {place: trained.content(place) for place in places}
    metrics = (trained.folder / "reports/metrics.json").read_bytes()
    shutil.rmtree(trained.folder / "work/features")
    assert trained.stages_of("repro", "--force") == ONCE
    assert {place: trained.content(place) for place in before} == before
    assert (trained.folder / "reports/metrics.json").read_bytes() == metrics


def test_the_artifact_can_be_had_from_the_remote(trained: Project) -> None:
    identity = read_artifact(trained.folder / "work/artifact").id
    trained.run("dvc", "push", "assemble")
    shutil.rmtree(trained.folder / "work/artifact")
    shutil.rmtree(trained.folder / ".dvc/cache")
    trained.run("dvc", "pull", "assemble")
    assert read_artifact(trained.folder / "work/artifact").id == identity


def test_a_wrong_key_stops_it_with_a_line_that_names_it(trained: Project) -> None:
    path = trained.folder / "params.yaml"
    right = path.read_text()
    path.write_text(right.replace("trees: 7", "treez: 7"))
    done = subprocess.run(
        ["dvc", "repro"], cwd=trained.folder, env=trained.env, capture_output=True, text=True, check=False
    )
    path.write_text(right)
    assert done.returncode != 0
    assert "train.forest.treez: is no known setting" in done.stdout + done.stderr
