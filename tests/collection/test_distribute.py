import zipfile
from collections import Counter

import pyarrow.dataset
import pytest

from genrekit.collection.answering import Settings
from genrekit.collection.distribute import DaskEngine
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.parts import opened_parts
from genrekit.collection.places import Url
from genrekit.collection.scan import Plan, answer, find, results
from genrekit.errors import DECODER_ENDED, EMPTY, SettingsError
from genrekit.genres import GTZAN_GENRES
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
    for seed, name in enumerate([*range(10), "poison", "stall"]):
        encode(folder / f"{name}.wav", make_music(1.5, seed=seed), 22_050)
    (folder / "empty.mp3").touch()
    return folder


@pytest.fixture
def plan(library, tiny_artifact):
    return Plan((library,), Settings(tiny_artifact, 300.0, None, 60.0), jobs=1, time_limit=12.0)


def scanned(plan, tmp_path, engine=None, on_outcome=lambda count: None):
    """All rows by name, after checking that each file was told once, and stands once among the parts."""
    with opened_manifest(tmp_path / "m") as manifest:
        run = find(plan, manifest)
        told = Counter()
        with opened_parts(tmp_path / "parts", manifest, run, GTZAN_GENRES, part_rows=3) as parts:
            for outcome in answer(plan, manifest, run, engine):
                told[outcome.place] += 1
                parts.add(outcome.place)
                on_outcome(told.total())
        rows = list(results(manifest, run))
    written = pyarrow.dataset.dataset(tmp_path / "parts").to_table(["path"])["path"].to_pylist()
    assert sorted(written) == sorted(row.shown for row in rows)
    assert set(told.values()) == {1}
    assert told.total() == run.found
    return {row.place.name: row.result for row in rows}


def test_an_address_without_scheduler_is_told(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("genrekit.collection.distribute._CONNECT_SECONDS", 1.0)
    with pytest.raises(SettingsError, match="no scheduler that answers"):
        scanned(plan, tmp_path, DaskEngine("tcp://127.0.0.1:9"))


def test_a_cluster_answers_like_this_machine_whatever_happens_to_its_workers(plan, tmp_path, library, monkeypatch):
    for place in (far := tmp_path / "far", near := tmp_path / "near"):
        place.mkdir()
    with running_cluster(tmp_path) as cluster:
        engine = DaskEngine(cluster.address, shard_files=2)
        monkeypatch.setattr("genrekit.collection.distribute._WORKERS_SECONDS", 0.5)
        with pytest.raises(SettingsError, match="has no workers"):
            scanned(plan, far, engine)
        monkeypatch.setattr("genrekit.collection.distribute._WORKERS_SECONDS", 300.0)
        cluster.add_workers(2)
        distant = scanned(plan, far, engine, lambda count: cluster.kill_worker() if count == 3 else None)
        archived = scanned(Plan((archive(library, tmp_path),), plan.settings, time_limit=60.0), far, engine)
    assert {name: error.kind for name, error in distant.items() if isinstance(error, Exception)} == {
        "poison.wav": DECODER_ENDED,
        "stall.wav": DECODER_ENDED,
        "empty.mp3": EMPTY,
    }
    for name in ("poison.wav", "stall.wav", "empty.mp3"):
        (library / name).unlink()
        del distant[name]
    assert scanned(plan, near) == distant
    assert archived == {name: distant[name] for name in ("0.wav", "1.wav")}


def archive(library, tmp_path):
    """The address of two files of the library that only fsspec can read."""
    with zipfile.ZipFile(tmp_path / "music.zip", "w") as packed:
        for name in ("0.wav", "1.wav"):
            packed.write(library / name, name)
    return Url(f"zip://::file://{tmp_path}/music.zip")
