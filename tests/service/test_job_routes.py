import pytest

from tests.service.live import multipart, waited_for


def test_a_job_is_taken_and_told_where_it_is(held):
    live, _ = held
    reply = live.post_files("/v1/jobs?timeline=true", [("a.mp3", b"1"), ("b.mp3", b"2")])
    assert reply.status == 202
    assert reply.headers["location"] == f"/v1/jobs/{reply.json['id']}"
    assert [file["name"] for file in reply.json["files"]] == ["a.mp3", "b.mp3"]
    assert live.get(reply.headers["location"]).json["id"] == reply.json["id"]


def test_the_same_key_with_the_same_files_is_the_same_job_and_leaves_no_copy(held):
    live, _ = held
    replies = [live.post_files("/v1/jobs", [("a", b"1")], Idempotency_Key="k") for _ in range(3)]
    assert {reply.status for reply in replies} == {202}
    assert len({reply.json["id"] for reply in replies}) == 1
    assert len(list(live.jobs.folder.iterdir())) == 1


def test_the_same_key_with_other_files_is_refused(held):
    live, _ = held
    live.post_files("/v1/jobs", [("a", b"1")], Idempotency_Key="k")
    reply = live.post_files("/v1/jobs", [("a", b"2")], Idempotency_Key="k")
    assert (reply.status, reply.json["code"]) == (422, "GK611")
    assert len(list(live.jobs.folder.iterdir())) == 1


def test_a_job_is_cancelled(held):
    live, pool = held
    job = live.post_files("/v1/jobs", [("a", b"1"), ("b", b"2")]).json["id"]
    assert waited_for(lambda: pool.waiting == 1)
    states = [file["state"] for file in live.ask("DELETE", f"/v1/jobs/{job}").json["files"]]
    assert states == ["running", "cancelled"]
    live._loop.call_soon_threadsafe(pool.signal.set)
    assert waited_for(lambda: live.get(f"/v1/jobs/{job}").json["state"] == "cancelled")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_job_that_there_is_not_is_not_found(live, method):
    assert live.ask(method, "/v1/jobs/none").json["code"] == "GK602"


def test_a_body_that_is_no_form_is_refused(live):
    reply = live.post_audio("/v1/jobs", b"sound")
    assert (reply.status, reply.json["code"]) == (415, "GK606")


def test_more_files_than_a_job_may_have_are_refused_and_none_is_kept(held):
    live, _ = held
    reply = live.post_files("/v1/jobs", [(f"{number}", b"x") for number in range(101)])
    assert (reply.status, reply.json["code"]) == (400, "GK607")
    assert list(live.jobs.folder.iterdir()) == []


def test_a_key_that_is_too_long_is_pointed_at(live):
    content_type, body = multipart([("a", b"1")])
    headers = {"Content-Type": content_type, "Idempotency-Key": "k" * 201}
    reply = live.ask("POST", "/v1/jobs", body, headers)
    assert reply.status == 400
    assert reply.json["errors"][0]["pointer"] == "/header/idempotency-key"
