import http.client
import threading

import msgspec

from genrekit.errors import ARTIFACT_HASH, ArtifactError
from genrekit.limits import Limits
from genrekit.service.answering import limits_record
from genrekit.service.settings import ServiceSettings
from tests.service.live import READY, HeldPool, Live, waited_for


def test_a_full_service_refuses_the_next_ten_at_once_and_answers_all_it_took(held):
    live, pool = held
    replies = []
    clients = [
        threading.Thread(target=lambda i=i: replies.append(live.post_audio("/v1/predictions", b"sound %d" % i)))
        for i in range(3)
    ]
    for client in clients:
        client.start()
    assert waited_for(lambda: live.answering.admission.held == 3)
    refused = [live.post_audio("/v1/predictions", b"more") for _ in range(10)]
    assert [reply.status for reply in refused] == [503] * 10
    assert all(int(reply.headers["retry-after"]) >= 1 for reply in refused)
    assert all(reply.json["code"] == "GK609" for reply in refused)
    assert live.get("/healthz").status == 200
    live._loop.call_soon_threadsafe(pool.signal.set)
    for client in clients:
        client.join()
    assert [reply.status for reply in replies] == [200] * 3
    assert live.answering.admission.held == 0
    assert live.post_audio("/v1/predictions", b"another").status == 200


def test_a_client_that_hangs_up_frees_its_permit_and_its_place_in_the_queue(held):
    live, pool = held
    connection = http.client.HTTPConnection("127.0.0.1", live.port)
    connection.request("POST", "/v1/predictions", b"sound", {"Content-Type": "audio/wav"})
    assert waited_for(lambda: pool.waiting == 1)
    connection.close()
    assert waited_for(lambda: live.answering.admission.held == 0 and pool.waiting == 0)


def test_files_of_requests_are_removed(held):
    live, pool = held
    live._loop.call_soon_threadsafe(pool.signal.set)
    assert live.post_audio("/v1/predictions", b"sound").status == 200
    assert list(live.answering.folder.iterdir()) == []


def test_a_request_that_no_worker_takes_in_time_is_told_to_come_back(tmp_path):
    async def make(_):
        return HeldPool()

    with Live(ServiceSettings(workers=1, request_seconds=0.2), tmp_path, make_pool=make) as live:
        reply = live.post_audio("/v1/predictions", b"sound")
        assert (reply.status, reply.json["code"]) == (503, "GK609")
        assert live.answering.admission.held == 0


def test_the_same_sound_with_the_same_options_is_answered_from_memory(held):
    live, pool = held
    live._loop.call_soon_threadsafe(pool.signal.set)
    for path in ("/v1/predictions", "/v1/predictions?top=1&timeline=true", "/v1/predictions?max_seconds=5"):
        assert live.post_audio(path, b"sound").status == 200
    assert pool.answered == 2


def test_a_new_artifact_takes_over_and_answers_are_not_mixed(tmp_path):
    pools = [HeldPool(), HeldPool(ready=_ready("second"))]
    old, new = pools
    for pool in pools:
        pool.signal.set()

    async def make(_):
        return pools.pop(0)

    with Live(ServiceSettings(workers=1), tmp_path, make_pool=make) as live:
        live.post_audio("/v1/predictions", b"sound")
        assert live.run(live.answering.reload()) is True
        live.post_audio("/v1/predictions", b"sound")
        assert (old.answered, new.answered, old.alive) == (1, 1, 0)
        assert live.get("/v1/model").json["artifact_id"] == "second"


def test_a_bad_artifact_leaves_the_old_one_serving(tmp_path):
    pool = HeldPool()
    pool.signal.set()
    made = []

    async def make(_):
        if made:
            raise ArtifactError(ARTIFACT_HASH, "a.onnx", "is another file")
        made.append(pool)
        return pool

    with Live(ServiceSettings(workers=1), tmp_path, make_pool=make) as live:
        assert live.run(live.answering.reload()) is False
        assert live.post_audio("/v1/predictions", b"sound").status == 200
        assert 'genrekit_reloads_total{result="refused"} 1.0' in live.get("/metrics").body.decode()


def test_limits_go_to_the_worker_by_name():
    limits = Limits(max_seconds=7.0)
    assert Limits(**limits_record(limits)) == limits


def _ready(artifact_id):
    return msgspec.structs.replace(READY, model=msgspec.structs.replace(READY.model, artifact_id=artifact_id))
