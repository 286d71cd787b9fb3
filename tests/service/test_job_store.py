import sqlite3

import pytest

from genrekit.errors import ServiceError, SettingsError
from genrekit.service.job_store import JobOptions, JobStore
from genrekit.service.spool import Upload
from genrekit.wire import ErrorDetail
from tests.service.live import RECORD

ALICE = JobOptions("alice", None, timeline=False, max_seconds=None)


@pytest.fixture
def open_store(tmp_path):
    stores = []

    def make(keep_seconds=60.0):
        stores.append(JobStore(tmp_path / "state", keep_seconds))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def uploads(store, *contents):
    made = []
    for content in contents:
        path = store.folder / f"{content}-{len(list(store.folder.iterdir()))}"
        path.write_text(content)
        made.append(Upload(path, f"{content}.mp3", sha256=content, size=len(content)))
    return made


def test_a_job_goes_from_queued_over_running_to_done(open_store):
    store = open_store()
    job, is_new = store.accept(uploads(store, "a", "b"), ALICE)
    assert is_new
    assert store.read(job, "alice").state == "queued"
    first = store.claim()
    assert (first.job, first.number, first.path.read_text()) == (job, 0, "a")
    assert store.read(job, "alice").state == "running"
    store.finish(first, RECORD)
    store.finish(store.claim(), ErrorDetail("GK104", "audio: is not audio"))
    record = store.read(job, "alice")
    assert record.state == "done"
    assert [file.state for file in record.files] == ["done", "failed"]
    assert record.files[0].answer.genre == "jazz"
    assert record.files[0].answer.path == "a.mp3"
    assert record.files[1].error.code == "GK104"
    assert store.claim() is None


def test_sounds_are_removed_once_they_are_answered(open_store):
    store = open_store()
    store.accept(uploads(store, "a"), ALICE)
    store.finish(store.claim(), RECORD)
    assert list(store.folder.iterdir()) == []


def test_the_timeline_is_shown_where_it_was_asked_for(open_store):
    import msgspec

    from genrekit.wire import ClipRecord

    record = msgspec.structs.replace(RECORD, clips=[ClipRecord(0.0, 3.0, {"jazz": 1.0})])
    store = open_store()
    for wanted in (True, False):
        job, _ = store.accept(uploads(store, "a"), JobOptions("alice", None, wanted, None))
        store.finish(store.claim(), record)
        assert (store.read(job, "alice").files[0].answer.clips is not None) is wanted


def test_what_was_in_work_when_the_owner_ended_is_done_again_and_nothing_else(open_store):
    store = open_store()
    job, _ = store.accept(uploads(store, "a", "b", "c"), ALICE)
    store.finish(store.claim(), RECORD)
    store.claim()
    store.close()
    again = open_store()
    assert [file.state for file in again.read(job, "alice").files] == ["done", "queued", "queued"]
    assert [again.claim().number, again.claim().number] == [1, 2]
    assert again.claim() is None


def test_a_late_result_changes_nothing(open_store):
    store = open_store()
    job, _ = store.accept(uploads(store, "a"), ALICE)
    claimed = store.claim()
    store.finish(claimed, RECORD)
    store.finish(claimed, ErrorDetail("GK105", "late"))
    assert store.read(job, "alice").files[0].state == "done"


def test_sounds_of_uploads_that_were_never_accepted_are_removed_at_the_start(open_store):
    store = open_store()
    store.accept(uploads(store, "a"), ALICE)
    (store.folder / "stranger").write_text("x")
    store.close()
    assert [path.read_text() for path in open_store().folder.iterdir()] == ["a"]


def test_the_same_key_and_content_is_the_same_job(open_store):
    store = open_store()
    keyed = JobOptions("alice", "key", timeline=False, max_seconds=None)
    job, _ = store.accept(uploads(store, "a"), keyed)
    assert store.accept(uploads(store, "a"), keyed) == (job, False)
    other = JobOptions("bob", "key", timeline=False, max_seconds=None)
    assert store.accept(uploads(store, "a"), other)[0] != job


@pytest.mark.parametrize(
    ("content", "options"),
    [("b", JobOptions("alice", "key", False, None)), ("a", JobOptions("alice", "key", True, None))],
)
def test_the_same_key_with_another_content_is_refused(open_store, content, options):
    store = open_store()
    store.accept(uploads(store, "a"), JobOptions("alice", "key", timeline=False, max_seconds=None))
    with pytest.raises(ServiceError) as refused:
        store.accept(uploads(store, content), options)
    assert refused.value.kind.name == "idempotency-key-reused"


def test_a_cancelled_job_keeps_its_answers_and_begins_nothing_more(open_store):
    store = open_store()
    job, _ = store.accept(uploads(store, "a", "b", "c"), ALICE)
    store.finish(store.claim(), RECORD)
    running = store.claim()
    assert store.cancel(job, "alice").state == "running"
    assert store.claim() is None
    store.finish(running, RECORD)
    record = store.read(job, "alice")
    assert record.state == "cancelled"
    assert [file.state for file in record.files] == ["done", "done", "cancelled"]
    assert list(store.folder.iterdir()) == []


def test_nobody_sees_or_cancels_another_clients_job(open_store):
    store = open_store()
    job, _ = store.accept(uploads(store, "a"), ALICE)
    for call in (store.read, store.cancel):
        with pytest.raises(ServiceError) as refused:
            call(job, "bob")
        assert refused.value.kind.http_status == 404
    assert store.claim() is not None


def test_what_could_not_be_tried_goes_back_to_its_place(open_store):
    store = open_store()
    store.accept(uploads(store, "a", "b"), ALICE)
    store.put_back(store.claim())
    assert store.claim().number == 0


def test_finished_jobs_are_forgotten_in_time_and_others_are_not(open_store):
    store = open_store(keep_seconds=-1.0)
    done, _ = store.accept(uploads(store, "a"), ALICE)
    store.finish(store.claim(), RECORD)
    waiting, _ = store.accept(uploads(store, "b"), ALICE)
    store.forget_expired()
    with pytest.raises(ServiceError):
        store.read(done, "alice")
    assert store.read(waiting, "alice").state == "queued"
    assert store.states() == {"queued": 1, "running": 0, "done": 0, "failed": 0, "cancelled": 0}
    assert store.backlog() == 1


def test_a_second_owner_is_refused(open_store):
    open_store()
    with pytest.raises(SettingsError, match="another service"):
        open_store()


def test_a_file_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "jobs.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(SettingsError, match="state_dir"):
        JobStore(tmp_path / "state", 1.0)
    assert sqlite3.sqlite_version_info >= (3, 35)
