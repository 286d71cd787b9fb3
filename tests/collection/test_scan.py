import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter

import pytest

from genrekit.collection.answering import Answer, Settings
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.places import Url
from genrekit.collection.scan import Plan, State, answer, find, results, scan
from genrekit.collection.workers import Died, TimedOut
from genrekit.errors import DECODER_ENDED, EMPTY, TIME_LIMIT, TOO_SHORT, ArtifactError, AudioError
from genrekit.values import Prediction
from tests.making import encode, make_music


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    (folder / "sub").mkdir(parents=True)
    encode(folder / "one.flac", make_music(3.0, seed=1), 22_050)
    encode(folder / "sub" / "two.wav", make_music(3.0, seed=2), 22_050)
    encode(folder / "short.wav", make_music(0.3), 22_050)
    (folder / "empty.mp3").touch()
    (folder / "loop").symlink_to(folder)
    (folder / "broken-link.mp3").symlink_to(folder / "nowhere")
    return folder


@pytest.fixture
def plan(library, tiny_artifact):
    return Plan((library,), Settings(tiny_artifact, 300.0, None, 60.0), jobs=2, time_limit=60.0)


@pytest.fixture
def manifest(tmp_path):
    with opened_manifest(tmp_path / "m") as manifest:
        yield manifest


def states(plan, manifest, engine=None):
    run = find(plan, manifest)
    counted = Counter(outcome.state for outcome in answer(plan, manifest, run, engine))
    assert counted.total() == run.found
    return counted


def refusing_engine(*_arguments):
    raise AssertionError("nothing was left to answer")


def test_answered_and_skipped_and_failed_are_all_that_was_found(plan, manifest):
    assert states(plan, manifest) == {State.ANSWERED: 2, State.FAILED: 3}


def test_a_second_run_answers_nothing(plan, manifest):
    states(plan, manifest)
    assert states(plan, manifest, refusing_engine) == {State.SKIPPED: 2, State.FAILED: 3}


def test_a_renamed_and_a_copied_file_cost_no_answer(plan, manifest, library):
    states(plan, manifest)
    (library / "one.flac").rename(library / "uno.flac")
    shutil.copy(library / "uno.flac", library / "copy.flac")
    assert states(plan, manifest) == {State.SKIPPED: 3, State.FAILED: 3}
    rows = {row.path.name: row.result for row in scan(plan, manifest)}
    assert rows["uno.flac"] == rows["copy.flac"]
    assert isinstance(rows["uno.flac"], Prediction)


def test_a_copy_of_what_failed_is_a_failure_too(plan, manifest, library):
    shutil.copy(library / "short.wav", library / "sub" / "short-too.wav")
    assert states(Plan(plan.paths, plan.settings, jobs=1), manifest) == {State.ANSWERED: 2, State.FAILED: 4}


def test_retrying_asks_again_for_failures_only(plan, manifest, library):
    states(plan, manifest)
    asked = []

    def engine(_plan, _manifest, _run, questions):
        for question in questions:
            asked.append(question.place.name)
            yield question, Answer("x", 1, 1, (), AudioError(TIME_LIMIT, str(question.place), "again"))

    retrying = Plan(plan.paths, plan.settings, retry_failed=True)
    assert states(retrying, manifest, engine) == {State.SKIPPED: 2, State.FAILED: 3}
    assert sorted(asked) == ["empty.mp3", "short.wav"]


def test_a_lost_process_is_a_failure_of_its_file(plan, manifest):
    def engine(_plan, _manifest, _run, questions):
        for question in questions:
            yield question, TimedOut(5.0) if question.place.suffix == ".wav" else Died(-11)

    states(plan, manifest, engine)
    run = find(plan, manifest)
    kinds = {row.path.name: row.result.kind for row in results(manifest, run) if row.result is not None}
    assert kinds["two.wav"] is TIME_LIMIT
    assert kinds["one.flac"] is DECODER_ENDED


def test_an_artifact_that_is_refused_ends_the_run(manifest, library, tmp_path):
    with pytest.raises(ArtifactError):
        find(Plan((library,), Settings(tmp_path / "none", 300.0, None, 60.0)), manifest)


def test_files_of_an_archive_are_answered_like_those_of_a_folder(plan, manifest, library, tmp_path):
    with zipfile.ZipFile(tmp_path / "music.zip", "w") as archive:
        for name in ("one.flac", "sub/two.wav", "short.wav", "empty.mp3"):
            archive.write(library / name, name)
    distant = Plan((Url(f"zip://::file://{tmp_path}/music.zip"),), plan.settings, jobs=2)
    assert states(distant, manifest) == {State.ANSWERED: 2, State.FAILED: 2}
    assert states(distant, manifest, refusing_engine) == {State.SKIPPED: 2, State.FAILED: 2}
    far = {row.place.name: row for row in results(manifest, find(distant, manifest))}
    # Known by their sound: on disk they are no new contents.
    assert states(Plan((library / "one.flac",), plan.settings, jobs=1), manifest) == {State.SKIPPED: 1}
    near = {row.place.name: row for row in scan(plan, manifest)}
    assert far["one.flac"].result == near["one.flac"].result
    assert far["one.flac"].shown == f"zip://one.flac::file://{tmp_path}/music.zip"
    assert [far[name].result.kind for name in ("short.wav", "empty.mp3")] == [TOO_SHORT, EMPTY]
    assert str(far["short.wav"].result).startswith("zip://short.wav::")


def test_an_address_that_cannot_be_listed_is_one_failure(plan, manifest):
    distant = Plan((Url("memory://nothing/there"), *plan.paths), plan.settings, jobs=1)
    assert states(distant, manifest) == {State.ANSWERED: 2, State.FAILED: 4}


PROGRAM = """
import sys
from pathlib import Path
from genrekit.collection.answering import Settings
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.places import Url
from genrekit.collection.scan import Plan, answer, find
if __name__ == "__main__":
    plan = Plan((Path(sys.argv[1]),), Settings(Path(sys.argv[2]), 300.0, None, 60.0), jobs=1)
    with opened_manifest(Path(sys.argv[3])) as manifest:
        for outcome in answer(plan, manifest, find(plan, manifest)):
            print(outcome.state, flush=True)
"""


def test_a_killed_scan_loses_only_the_files_in_flight(tmp_path, tiny_artifact):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(8):
        encode(folder / f"{number}.wav", make_music(2.0, seed=number), 22_050)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, program, folder, tiny_artifact, tmp_path / "m"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        seen = [process.stdout.readline().strip() for _ in range(3)]
        os.kill(process.pid, signal.SIGKILL)
    assert seen == ["answered"] * 3
    time.sleep(0.1)
    plan = Plan((folder,), Settings(tiny_artifact, 300.0, None, 60.0), jobs=1)
    with opened_manifest(tmp_path / "m") as manifest:
        counted = states(plan, manifest)
    assert counted[State.SKIPPED] >= 3
    assert counted.total() == 8
    assert counted[State.FAILED] == 0
