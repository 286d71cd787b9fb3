import os
from pathlib import Path

import pytest

from genrekit.collection.answering import Answer, Known
from genrekit.collection.manifest import make_lookup, opened_manifest
from genrekit.errors import SILENT, TIME_LIMIT, UNREADABLE, AudioError
from genrekit.values import ClipResult, Prediction

KEY = "artifact:settings"
JAZZ = Prediction(
    "jazz", False, {"jazz": 0.75, "rock": 0.25}, (ClipResult(0.0, 3.0, {"jazz": 0.75, "rock": 0.25}),), 3.0, "id"
)


@pytest.fixture
def manifest(tmp_path):
    with opened_manifest(tmp_path / "state" / "library.sqlite") as manifest:
        yield manifest


def make(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    return path


def found(manifest, *paths):
    run = manifest.begin_run()
    for path in paths:
        manifest.note_found(path, run)
    return run


def reply(path, result, content="c1", tagged=()):
    status = path.stat()
    return Answer(content, status.st_size, status.st_mtime_ns, tagged, result)


def pending(manifest, run, key=KEY):
    manifest.mark_pending(run, key)
    return list(manifest.pending())


def test_a_new_file_is_pending_and_an_answered_one_is_not(manifest, tmp_path):
    path = make(tmp_path / "a.mp3")
    run = found(manifest, path)
    assert pending(manifest, run) == [path]
    manifest.store(path, reply(path, JAZZ, tagged=("Swing",)), KEY)
    assert pending(manifest, run) == []
    [row] = manifest.rows(run, KEY)
    assert (row.path, row.shown, row.tagged, row.result) == (path, str(path), ("Swing",), JAZZ)


def test_another_artifact_or_setting_asks_again_without_reading(manifest, tmp_path):
    path = make(tmp_path / "a.mp3")
    run = found(manifest, path)
    manifest.store(path, reply(path, JAZZ), KEY)
    assert pending(manifest, run, "other:settings") == [path]


def test_a_changed_file_is_pending_again(manifest, tmp_path):
    path = make(tmp_path / "a.mp3")
    found(manifest, path)
    manifest.store(path, reply(path, JAZZ), KEY)
    path.write_bytes(b"other sound")
    assert pending(manifest, found(manifest, path)) == [path]


def test_the_same_content_under_another_name_is_answered_by_what_is_known(manifest, tmp_path):
    one, other = make(tmp_path / "a.mp3"), make(tmp_path / "b.mp3")
    run = found(manifest, one, other)
    manifest.store(one, reply(one, JAZZ), KEY)
    manifest.store(other, reply(other, Known()), KEY)
    assert [row.result for row in manifest.rows(run, KEY)] == [JAZZ, JAZZ]


def test_a_failure_of_the_content_stays_until_it_is_forgotten(manifest, tmp_path):
    path = make(tmp_path / "a.mp3")
    found(manifest, path)
    manifest.store(path, reply(path, AudioError(SILENT, str(path), "is silent")), KEY)
    run = found(manifest, path)
    assert pending(manifest, run) == []
    [row] = manifest.rows(run, KEY)
    assert (row.result.kind, str(row.result)) == (SILENT, f"{path}: is silent")
    manifest.forget_failures(run, KEY)
    assert pending(manifest, run) == [path]


@pytest.mark.parametrize(("kind", "again"), [(TIME_LIMIT, False), (UNREADABLE, True)])
def test_a_lost_process_is_remembered_by_path_what_the_file_system_said_is_not(manifest, tmp_path, kind, again):
    path = make(tmp_path / "a.mp3")
    found(manifest, path)
    manifest.store(path, Answer(None, 0, 0, (), AudioError(kind, str(path), "no")), KEY)
    run = found(manifest, path)
    assert pending(manifest, run) == ([path] if again else [])
    manifest.forget_failures(run, KEY)
    assert pending(manifest, run) == [path]
    path.write_bytes(b"other sound")
    assert pending(manifest, found(manifest, path)) == [path]


def test_a_path_found_twice_counts_once_and_a_folder_that_failed_counts(manifest, tmp_path):
    path = make(tmp_path / "a.mp3")
    run = found(manifest, path, path)
    manifest.note_failed(Path("/shut"), AudioError(UNREADABLE, "/shut", "cannot be read"), run)
    assert manifest.count(run) == 2
    assert next(str(row.result) for row in manifest.rows(run, KEY)) == "/shut: cannot be read"


def test_two_runs_at_once_do_not_mix(manifest, tmp_path):
    one, other = make(tmp_path / "a.mp3"), make(tmp_path / "b.mp3")
    first, second = found(manifest, one), found(manifest, one, other)
    assert (first, manifest.count(first), manifest.count(second)) == (second - 1, 1, 2)


def test_more_rows_than_a_page_come_in_order(manifest, tmp_path):
    run = manifest.begin_run()
    paths = [make(tmp_path / f"{number:05}.mp3") for number in range(1_300)]
    with manifest.together():
        for path in reversed(paths):
            manifest.note_found(path, run)
    assert [row.path for row in manifest.rows(run, KEY)] == paths
    assert pending(manifest, run) == paths


def test_names_that_are_no_utf8_come_back(manifest, tmp_path):
    path = make(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp3")))
    run = found(manifest, path)
    manifest.store(path, reply(path, JAZZ), KEY)
    [row] = manifest.rows(run, KEY)
    assert row.path == path
    assert row.shown.endswith(r"caf\xe9.mp3")


def test_a_worker_can_ask_what_is_known_while_the_run_writes(manifest, tmp_path):
    is_known = make_lookup(manifest.path, KEY)
    assert not is_known("c1")
    path = make(tmp_path / "a.mp3")
    found(manifest, path)
    manifest.store(path, reply(path, JAZZ), KEY)
    assert is_known("c1")
    is_known.__closure__[0].cell_contents.close()


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path):
    path = make(tmp_path / "a.mp3")
    with opened_manifest(tmp_path / "m") as manifest:
        found(manifest, path)
        manifest.store(path, reply(path, JAZZ), KEY)
    with opened_manifest(tmp_path / "m") as manifest:
        assert pending(manifest, found(manifest, path)) == []
