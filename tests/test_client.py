import os
import threading

import pytest

from genrekit.client import Client
from genrekit.errors import AudioError, ServiceError, SettingsError
from genrekit.service.auth import make_key
from genrekit.service.settings import ServiceSettings
from tests.making import encode, linear_member, make_music, tiny_manifest
from tests.service.live import HeldPool, Live


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    from genrekit.artifact import write_artifact
    from genrekit.genres import GTZAN_GENRES

    folder = tmp_path_factory.mktemp("service")
    write_artifact(folder / "artifact", tiny_manifest(), {"linear.onnx": linear_member(57, len(GTZAN_GENRES))})
    key, line = make_key("tester")
    (folder / "keys").write_text(line)
    settings = ServiceSettings(
        artifact=folder / "artifact", workers=1, keys_file=folder / "keys", upload_bytes=300_000, max_seconds=60.0
    )
    with Live(settings, folder / "state") as service:
        yield Client(service.url, key), service


@pytest.fixture
def song(tmp_path):
    return encode(tmp_path / 'my "best" song.wav', make_music(3.0), 22_050)


def test_a_file_is_answered(live, song):
    answer = live[0].predict(song, top=2, timeline=True, threshold=1.0)
    assert answer.path == "my _best_ song.wav"
    assert len(answer.top) == 2
    assert answer.clips is not None
    assert live[0].predict(song, threshold=0.0).unsure is False
    assert live[0].predict(song, max_seconds=2).duration == pytest.approx(2.0, abs=0.05)


def test_samples_are_answered(live):
    samples = make_music(2.0, 8000).tolist()
    assert live[0].predict_samples(samples, 8000).duration == pytest.approx(2.0)


def test_a_job_is_submitted_and_waited_for(live, song):
    job = live[0].submit([song, song])
    record = live[0].wait(job.id, seconds=60)
    assert [file.state for file in record.files] == ["done", "done"]
    assert record.files[0].answer.genre == live[0].predict(song).genre
    assert live[0].cancel(job.id).state == "done"


def test_the_same_key_is_the_same_job(live, song):
    jobs = [live[0].submit([song], idempotency_key="same") for _ in range(2)]
    assert jobs[0].id == jobs[1].id


def test_model_and_limits(live):
    assert live[0].model().members == {"linear": 1.0}
    assert live[0].limits().upload_bytes == 300_000


def test_an_error_of_the_service_is_the_error_that_it_would_be_here(live, tmp_path):
    (tmp_path / "text.mp3").write_bytes(b"no sound at all")
    with pytest.raises(AudioError) as refused:
        live[0].predict(tmp_path / "text.mp3")
    assert refused.value.kind.name == "not-audio"


def test_a_file_that_is_not_there_is_missed_here(live, tmp_path):
    with pytest.raises(AudioError) as refused:
        live[0].predict(tmp_path / "none.mp3")
    assert refused.value.kind.name == "missing-file"


def test_a_file_that_is_too_large_is_refused_with_the_reason(live, tmp_path):
    (tmp_path / "large.wav").write_bytes(bytes(3_000_000))
    with pytest.raises(ServiceError) as refused:
        live[0].predict(tmp_path / "large.wav")
    assert refused.value.kind.name == "body-too-large"


def test_a_wrong_key_is_refused(live):
    with pytest.raises(ServiceError) as refused:
        Client(live[1].url, "gk_wrong").model()
    assert refused.value.kind.http_status == 401


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "file:///etc/passwd", "http://", "ftp://a"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(SettingsError):
        Client(url)


def test_patience_waits_for_a_free_place(tmp_path, song):
    pool = HeldPool()

    async def make(_):
        return pool

    with Live(ServiceSettings(workers=1, queue=0), tmp_path / "state", make_pool=make) as service:
        first = threading.Thread(target=lambda: service.post_audio("/v1/predictions", b"sound"))
        first.start()
        while service.answering.admission.held == 0:
            first.join(0.01)
        with pytest.raises(ServiceError) as refused:
            Client(service.url).predict(song)
        assert refused.value.retry_after >= 1
        threading.Timer(0.2, lambda: service._loop.call_soon_threadsafe(pool.signal.set)).start()
        assert Client(service.url, patience=20).predict(song).genre == "jazz"
        first.join()


def test_a_folder_is_no_file(live, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(AudioError, match="no ordinary file"):
        live[0].predict(os.fspath(folder))
