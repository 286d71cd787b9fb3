"""Hostile requests: no fault, no hang, nothing left behind, and still answering.

`benchmarks/service_abuse.py` sends many more.
"""

import pytest

from genrekit.service.settings import ServiceSettings
from tests.fuzz.hostile import FORMATS, attacks, sound
from tests.service.live import Live, waited_for

ALLOWED = {200, 202, 400, 404, 408, 413, 415, 422, 429, 503}


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    settings = ServiceSettings(
        workers=1, queue=4, max_seconds=60.0, upload_bytes=8 * 2**20, samples_bytes=2**20, job_bytes=8 * 2**20,
        work_seconds=20.0, stall_seconds=5.0, cache_entries=0,
    )  # fmt: skip
    with Live(settings, tmp_path_factory.mktemp("state")) as service:
        yield service


@pytest.mark.slow
def test_hostile_requests_are_refused_one_by_one_and_the_service_goes_on(live):
    seen = {}
    for attack in attacks(3):
        try:
            reply = live.ask("POST", attack.path, attack.body, attack.headers)
        except (BrokenPipeError, ConnectionResetError):
            # Refused and closed while this client was still sending.
            continue
        assert reply.status in ALLOWED, (attack.kind, reply.body)
        if reply.status >= 400:
            assert reply.headers["content-type"] == "application/problem+json", attack.kind
        seen.setdefault(attack.kind, set()).add(reply.status)
    assert len(seen) > 15
    assert 422 in seen["bomb"]
    assert seen["playlist"] == {415}
    assert live.answering.admission.held == 0
    assert waited_for(lambda: live.answering.alive == 1, 30)
    assert list(live.answering.folder.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_sounds_that_attacks_are_made_from_are_good(live, suffix):
    assert live.post_audio("/v1/predictions", sound(suffix)).status == 200
