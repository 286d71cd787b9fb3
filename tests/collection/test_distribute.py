import threading
from collections import Counter

import pytest

from genrekit.collection.answering import Settings
from genrekit.collection.distribute import DaskEngine
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.scan import Plan, State, answer, find, results
from genrekit.errors import DECODER_ENDED, EMPTY, SettingsError
from tests.collection.cluster import running_cluster
from tests.making import encode, make_music

pytestmark = [
    pytest.mark.slow,
    # The library itself leaves such things to the end of its process.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    for number in range(24):
        encode(folder / f"{number:02}.wav", make_music(2.0, seed=number), 22_050)
    (folder / "empty.mp3").touch()
    return folder


@pytest.fixture
def plan(library, tiny_artifact):
    return Plan((library,), Settings(tiny_artifact, 300.0, None, 60.0), jobs=1)


def scanned(plan, tmp_path, engine=None, on_outcome=lambda count: None):
    """All rows by name, after checking that each file was told exactly once."""
    with opened_manifest(tmp_path / f"manifest-{engine is None}") as manifest:
        run = find(plan, manifest)
        told = Counter()
        for outcome in answer(plan, manifest, run, engine):
            told[outcome.place] += 1
            on_outcome(told.total())
        assert set(told.values()) == {1}
        assert told.total() == run.found
        return {row.path.name: row.result for row in results(manifest, run)}


def test_a_cluster_gives_the_same_results_also_when_a_worker_dies_in_the_middle(plan, tmp_path):
    with running_cluster(tmp_path, workers=2) as cluster:
        killed = threading.Event()

        def kill_once(count):
            if count >= 3 and not killed.is_set():
                killed.set()
                cluster.kill_worker()

        distant = scanned(plan, tmp_path, DaskEngine(cluster.address, shard_files=3), kill_once)
        assert killed.is_set()
    near = scanned(plan, tmp_path)
    assert {name: str(result) for name, result in distant.items()} == {
        name: str(result) for name, result in near.items()
    }


def test_files_that_kill_or_stall_their_worker_fail_alone(plan, tmp_path, library):
    for name in ("poison.wav", "stall.wav"):
        encode(library / name, make_music(2.0), 22_050)
    impatient = Plan(plan.paths, plan.settings, jobs=1, time_limit=20.0)
    with running_cluster(tmp_path, workers=2) as cluster:
        found = scanned(impatient, tmp_path, DaskEngine(cluster.address, shard_files=4))
    kinds = {name: result.kind for name, result in found.items() if isinstance(result, Exception)}
    assert kinds == {"poison.wav": DECODER_ENDED, "stall.wav": DECODER_ENDED, "empty.mp3": EMPTY}


def test_no_scheduler_and_no_workers_are_told(plan, tmp_path, monkeypatch):
    with opened_manifest(tmp_path / "m") as manifest:
        run = find(plan, manifest)
        with monkeypatch.context() as patch:
            patch.setattr("genrekit.collection.distribute._CONNECT_SECONDS", 1.0)
            with pytest.raises(SettingsError, match="no scheduler that answers"):
                list(answer(plan, manifest, run, DaskEngine("tcp://127.0.0.1:9")))
        with running_cluster(tmp_path, workers=0) as cluster, pytest.raises(SettingsError, match="has no workers"):
            list(answer(plan, manifest, run, DaskEngine(cluster.address)))
        assert Counter(outcome.state for outcome in answer(plan, manifest, run)) == {
            State.ANSWERED: 24,
            State.FAILED: 1,
        }
