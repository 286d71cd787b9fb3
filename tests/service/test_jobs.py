import threading

from genrekit.service.settings import ServiceSettings
from tests.service.live import HeldPool, Live, waited_for


def finished(live, job):
    record = live.get(f"/v1/jobs/{job}").json
    return record if record["state"] in ("done", "cancelled") else None


def test_every_file_of_a_job_is_answered_and_bad_ones_do_not_stop_the_others(live, wav):
    job = live.post_files("/v1/jobs", [("a.wav", wav), ("b.txt", b"no sound"), ("c.wav", wav)]).json["id"]
    record = waited_for(lambda: finished(live, job))
    assert [file["state"] for file in record["files"]] == ["done", "failed", "done"]
    assert record["files"][0]["answer"]["path"] == "a.wav"
    assert record["files"][1]["error"]["code"] == "GK104"
    assert list(live.jobs.folder.iterdir()) == []


def test_a_job_in_work_is_put_back_by_a_stop_and_finished_after_the_next_start(tmp_path):
    def service(pool):
        async def make(_):
            return pool

        return Live(ServiceSettings(workers=1), tmp_path, make_pool=make)

    with service(HeldPool()) as live:
        job = live.post_files("/v1/jobs", [("a", b"1"), ("b", b"2")]).json["id"]
        assert waited_for(lambda: live.answering.waiting == 1)
    second = HeldPool()
    second.signal.set()
    with service(second) as live:
        record = waited_for(lambda: finished(live, job))
        assert [file["state"] for file in record["files"]] == ["done", "done"]
        assert second.answered == 2


def test_requests_go_before_jobs(live, wav):
    job = live.post_files("/v1/jobs", [(f"{number}.wav", wav) for number in range(4)]).json["id"]
    assert live.post_audio("/v1/predictions?max_seconds=2.5", wav).status == 200
    assert waited_for(lambda: finished(live, job))["state"] == "done"


def test_more_files_than_may_wait_are_refused(tmp_path):
    async def make(_):
        return HeldPool()

    with Live(ServiceSettings(workers=1, job_backlog=2), tmp_path, make_pool=make) as live:
        assert live.post_files("/v1/jobs", [("a", b"1"), ("b", b"2")]).status == 202
        reply = live.post_files("/v1/jobs", [("c", b"3")])
        assert (reply.status, reply.json["code"]) == (503, "GK609")
        assert len(list(live.jobs.folder.iterdir())) == 2


def test_the_number_of_files_by_state_can_be_watched(live, wav):
    before = live.jobs.states["done"]
    job = live.post_files("/v1/jobs", [("a.wav", wav)]).json["id"]
    assert waited_for(lambda: finished(live, job))
    assert waited_for(lambda: live.jobs.states["done"] == before + 1)
    assert f'genrekit_job_files{{state="done"}} {before + 1}' in live.get("/metrics").body.decode()


def test_the_store_is_spoken_to_from_one_thread(live, wav):
    replies = []
    threads = [
        threading.Thread(target=lambda: replies.append(live.post_files("/v1/jobs", [("a.wav", wav)]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.status for reply in replies} <= {202, 503}
    for reply in replies:
        if reply.status == 202:
            assert waited_for(lambda job=reply.json["id"]: finished(live, job))["state"] == "done"
