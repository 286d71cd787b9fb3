import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import fsspec
import pyarrow.dataset
import pyarrow.parquet
import pytest

from genrekit.collection.answering import Answer, Settings
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.parts import ROW_ID, opened_parts
from genrekit.collection.places import Url
from genrekit.collection.scan import Plan, answer, find
from genrekit.errors import SILENT, AudioError, SettingsError
from genrekit.values import Prediction

ROOT = Path(__file__).parents[2]
GENRES = ("jazz", "rock")


def reply(place, genre="jazz"):
    status = place.stat()
    result = Prediction(genre, False, {"jazz": 0.75, "rock": 0.25}, (), 3.0, "id")
    content = f"{place.name}{status.st_mtime_ns}"
    if "silent" in place.name:
        result = AudioError(SILENT, str(place), "is silent")
    return Answer(content, status.st_size, status.st_mtime_ns, (), result)


def engine(_plan, _manifest, _run, questions):
    for question in questions:
        yield question, reply(question.place)


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.mp3").write_bytes(b"sound")
    (folder / "silent.mp3").write_bytes(b"sound")
    (folder / "link.mp3").symlink_to("nowhere")
    return folder


@pytest.fixture
def plan(library, tiny_artifact):
    return Plan((library,), Settings(tiny_artifact, 300.0, None, 60.0))


def scanned(plan, tmp_path, place, part_rows=4, using=engine):
    with opened_manifest(tmp_path / "m") as manifest:
        run = find(plan, manifest)
        with opened_parts(place, manifest, run, GENRES, part_rows) as parts:
            for outcome in answer(plan, manifest, run, using):
                parts.add(outcome.place)


def table(folder):
    return pyarrow.dataset.dataset(folder).to_table().to_pylist()


def names(folder):
    return Counter(row["path"].rpartition("/")[2] for row in table(folder))


ALL = Counter([*(f"{number}.mp3" for number in range(10)), "silent.mp3", "link.mp3"])


def test_the_parts_are_one_data_set_with_a_row_a_file(plan, tmp_path):
    out = tmp_path / "results"
    scanned(plan, tmp_path, out)
    assert names(out) == ALL
    assert len(list(out.glob("part-*.parquet"))) == 3
    rows = {row["path"].rpartition("/")[2]: row for row in table(out)}
    assert (rows["1.mp3"]["genre"], rows["1.mp3"]["jazz"], rows["1.mp3"]["code"]) == ("jazz", 0.75, None)
    assert (rows["silent.mp3"]["genre"], rows["silent.mp3"]["code"], rows["link.mp3"]["code"]) == (
        None,
        "GK107",
        "GK101",
    )


def test_a_second_run_rewrites_nothing(plan, tmp_path):
    out = tmp_path / "results"
    scanned(plan, tmp_path, out)
    before = {path: path.stat().st_ino for path in out.iterdir()}
    scanned(plan, tmp_path, out)
    assert {path: path.stat().st_ino for path in out.iterdir()} == before


def test_what_changed_is_replaced_what_is_gone_leaves_what_is_new_comes(plan, tmp_path, library):
    out = tmp_path / "results"
    scanned(plan, tmp_path, out)
    (library / "0.mp3").unlink()
    (library / "1.mp3").write_bytes(b"other sound")
    (library / "new.mp3").write_bytes(b"sound")
    old = {row["path"]: row[ROW_ID] for row in table(out)}
    scanned(plan, tmp_path, out)
    assert names(out) == ALL - Counter(["0.mp3"]) + Counter(["new.mp3"])
    changed = {row["path"].rpartition("/")[2] for row in table(out) if old.get(row["path"]) != row[ROW_ID]}
    assert changed == {"1.mp3", "new.mp3"}


def test_a_run_that_ends_early_is_taken_up_where_it_was(plan, tmp_path):
    out = tmp_path / "results"

    def interrupted(_plan, _manifest, _run, questions):
        for number, question in enumerate(questions):
            if number == 6:
                raise KeyboardInterrupt
            yield question, reply(question.place)

    with pytest.raises(KeyboardInterrupt):
        scanned(plan, tmp_path, out, using=interrupted)
    # Those six, and the link that leads nowhere.
    assert names(out).total() == 7
    scanned(plan, tmp_path, out)
    assert names(out) == ALL


PROGRAM = """
import os, signal, sys
from pathlib import Path
from tests.collection.test_parts import Plan, Settings, engine, opened_manifest, opened_parts, find, answer, GENRES
plan = Plan((Path(sys.argv[1]),), Settings(Path(sys.argv[2]), 300.0, None, 60.0))
with opened_manifest(Path(sys.argv[3])) as manifest:
    run = find(plan, manifest)
    with opened_parts(Path(sys.argv[4]), manifest, run, GENRES, 4) as parts:
        for number, outcome in enumerate(answer(plan, manifest, run, engine)):
            if number == 7:
                os.kill(os.getpid(), signal.SIGKILL)
            parts.add(outcome.place)
"""


def test_a_killed_run_leaves_whole_parts_and_the_next_no_row_twice(plan, tmp_path, library):
    out = tmp_path / "results"
    arguments = [library, plan.settings.artifact, tmp_path / "m", out]
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert 0 < names(out).total() < ALL.total()
    assert set(names(out).values()) == {1}
    scanned(plan, tmp_path, out)
    assert names(out) == ALL


def test_a_part_that_is_there_twice_is_left_once(plan, tmp_path):
    out = tmp_path / "results"
    scanned(plan, tmp_path, out)
    part = min(out.iterdir())
    part.with_name("part-copy.parquet").write_bytes(part.read_bytes())
    assert names(out).total() == ALL.total() + 4
    scanned(plan, tmp_path, out)
    assert names(out) == ALL


def test_another_artifact_or_setting_takes_the_old_rows_out(plan, tmp_path):
    out = tmp_path / "results"
    scanned(plan, tmp_path, out)
    scanned(Plan(plan.paths, Settings(plan.settings.artifact, 60.0, None, 60.0)), tmp_path, out)
    assert names(out) == ALL


def test_other_files_of_the_folder_are_left_alone_but_a_strange_part_is_refused(plan, tmp_path):
    out = tmp_path / "results"
    out.mkdir()
    (out / "_notes.txt").write_text("mine")
    scanned(plan, tmp_path, out)
    assert (out / "_notes.txt").read_text() == "mine"
    strange = out / "part-strange.parquet"
    for content in (b"no parquet", None):
        if content is None:
            pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), strange)
        else:
            strange.write_bytes(content)
        with pytest.raises(SettingsError, match=r"part-strange\.parquet: is no part of genrekit's results"):
            scanned(plan, tmp_path, out)


def test_parts_can_lie_elsewhere(plan, tmp_path):
    system = fsspec.filesystem("memory")
    try:
        scanned(plan, tmp_path, Url("memory://parts-of-test"))
        (tmp_path / "fetched").mkdir()
        for name in system.ls("/parts-of-test", detail=False):
            system.get(name, str(tmp_path / "fetched" / name.rpartition("/")[2]))
        assert names(tmp_path / "fetched") == ALL
    finally:
        system.rm("/parts-of-test", recursive=True)


def test_a_folder_that_cannot_be_written_is_told(plan, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="file/results: cannot be written"):
        scanned(plan, tmp_path, tmp_path / "file" / "results")
