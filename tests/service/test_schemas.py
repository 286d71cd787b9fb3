"""Every status that the API documents is provoked here, and compared with its example."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from genrekit.errors import AudioError, find_kind
from genrekit.service import schemas
from genrekit.service.auth import make_key
from genrekit.service.messages import Failed
from genrekit.service.settings import ServiceSettings
from tests.service.live import HeldPool, Live, Reply

SAMPLES = {"samples": [0.1, 0.2] * 8000, "sample_rate": 8000}
POSTS = ("/v1/predictions", "/v1/predictions/samples", "/v1/jobs", "/predict/music")


class Scene:
    """A service with a key, a quota and tight limits, around a pool that does as it is told."""

    def __init__(self, live: Live, pool: HeldPool, key: str) -> None:
        self.live, self.pool, self.key = live, pool, key
        self._clients = 0

    def post(self, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """A good request for this address, or one with another body."""
        good, content_type = good_body(path)
        given = {"Content-Type": content_type, "Authorization": f"Bearer {self.key}"} | headers
        return self.live.ask("POST", path, good if body is None else body, given)

    def get(self, path: str) -> Reply:
        return self.live.get(path, Authorization=f"Bearer {self.key}")


def good_body(path: str) -> tuple[bytes, str]:
    if path == "/v1/predictions":
        return b"sound", "audio/wav"
    if path == "/v1/jobs":
        form = b'--b\r\nContent-Disposition: form-data; name="files"; filename="song.mp3"\r\n\r\nsound\r\n--b--\r\n'
        return form, "multipart/form-data; boundary=b"
    body = SAMPLES if path == "/v1/predictions/samples" else {"audios": SAMPLES["samples"]}
    return json.dumps(body).encode(), "application/json"


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("scene")
    key, line = make_key("tester")
    (folder / "keys").write_text(line)
    pool = HeldPool()
    pool.signal.set()

    async def make(_):
        return pool

    settings = ServiceSettings(
        workers=1, queue=1, keys_file=folder / "keys", upload_bytes=200_000, samples_bytes=200_000, job_bytes=200_000,
        body_seconds=2.0, stall_seconds=1.0, cache_entries=0,
    )  # fmt: skip
    with Live(settings, folder / "state", make_pool=make) as live:
        yield Scene(live, pool, key)


def slow(scene: Scene, path: str) -> Reply:
    return scene.post(path, b"", **{"Content-Length": "100"})


def closed(scene: Scene, path: str) -> Reply:
    scene.live.answering.admission.is_open = False
    try:
        return scene.get(path) if path == "/readyz" else scene.post(path)
    finally:
        scene.live.answering.admission.is_open = True


def without_pool(scene: Scene, path: str) -> Reply:
    pool, scene.live.answering._pool = scene.live.answering._pool, None
    try:
        return scene.get(path)
    finally:
        scene.live.answering._pool = pool


def full(scene: Scene, path: str) -> Reply:
    admission = scene.live.answering.admission
    admission.held += admission.capacity
    try:
        return scene.post(path)
    finally:
        admission.held -= admission.capacity


def spent(scene: Scene, path: str) -> Reply:
    guard = scene.live.service.served._app
    guard._quota._per_minute = 1
    try:
        scene.post(path)
        return scene.post(path)
    finally:
        guard._quota._per_minute = 0
        guard._quota._buckets.clear()


def reused(scene: Scene, path: str) -> Reply:
    scene.post(path, **{"Idempotency-Key": "k"})
    other = good_body(path)[0].replace(b"sound", b"other")
    return scene.post(path, other, **{"Idempotency-Key": "k"})


def wrong_type(scene: Scene, path: str) -> Reply:
    return scene.post(path, b"x", **{"Content-Type": "text/plain"})


PROVOKE: dict[str, Callable[[Scene, str], Reply]] = {
    "body-timeout": slow,
    "body-too-large": lambda scene, path: scene.post(path, bytes(200_001)),
    "unsupported-type": wrong_type,
    "quota-spent": spent,
    "overloaded": full,
    "not-ready": closed,
    "idempotency-key-reused": reused,
}


def documented(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                for media in response.get("content", {}).values():
                    for name, example in media.get("examples", {}).items():
                        yield path, method, int(status), name, example["value"]


def told_by_the_worker(scene: Scene, path: str, name: str) -> Reply:
    """What a file provokes is the worker's to find; that it does is tested with real files elsewhere."""

    async def failing(*_):
        if name in ("time-limit", "decoder-ended"):
            raise AudioError(find_kind(name), "audio", "made its worker end")
        return Failed(find_kind(name).code, "is refused")

    scene.pool.run, run = failing, scene.pool.run
    try:
        return scene.post(path)
    finally:
        scene.pool.run = run


def provoke(scene: Scene, path: str, method: str, name: str) -> Reply:
    address = path.replace("{job_id}", "none")
    if name == "unauthorized":
        return scene.live.ask(method.upper(), address, b"x" if method == "post" else None)
    if name == "not-found":
        return scene.live.ask(method.upper(), address, headers={"Authorization": f"Bearer {scene.key}"})
    if name == "malformed-request" and path in ("/v1/predictions", "/v1/jobs"):
        return scene.post(path, b"x", **{"Content-Type": "multipart/form-data; boundary=b"})
    if name == "not-ready" and path == "/v1/model":
        return without_pool(scene, path)
    if name in PROVOKE:
        return PROVOKE[name](scene, path)
    return told_by_the_worker(scene, path, name)


def test_every_documented_refusal_happens_as_its_example_says(scene):
    seen = 0
    for path, method, status, name, example in documented(scene.get("/openapi.json").json):
        reply = provoke(scene, path, method, name)
        where = f"{method} {path} {name}: {reply.body[:300]}"
        assert reply.status == status, where
        assert reply.headers["content-type"] == "application/problem+json", where
        same = ("type", "title", "status", "code", "hint")
        assert {part: reply.json[part] for part in same} == {part: example[part] for part in same}, where
        assert reply.json["request_id"] == reply.headers["x-request-id"], where
        assert scene.live.get(reply.json["type"]).status == 200, where
        if status in (429, 503):
            assert int(reply.headers["retry-after"]) >= 1, where
        seen += 1
    assert seen > 60
    assert scene.live.answering.admission.held == 0


def test_every_documented_success_has_the_form_of_its_example(scene):
    document = scene.get("/openapi.json").json
    job = scene.post("/v1/jobs").json["id"]
    seen = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            status = min(operation["responses"])
            example = operation["responses"][status].get("content", {}).get("application/json", {}).get("example")
            if example is None:
                continue
            address = path.replace("{job_id}", job)
            headers = {"Authorization": f"Bearer {scene.key}"}
            reply = scene.post(path) if method == "post" else scene.live.ask(method.upper(), address, headers=headers)
            assert reply.status == int(status), (path, reply.body)
            keys = set(example) if isinstance(example, dict) else type(example)
            assert (set(reply.json) if isinstance(reply.json, dict) else type(reply.json)) == keys, path
            seen.add(path)
    assert seen == {*POSTS, "/v1/jobs/{job_id}", "/v1/model", "/v1/limits"}


@pytest.mark.parametrize("record", [schemas.ANSWER, schemas.MODEL, schemas.LIMITS, schemas.JOB])
def test_examples_are_of_the_records_that_are_sent(record):
    assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


def test_every_reference_of_the_document_leads_somewhere(scene):
    document = scene.get("/openapi.json").json
    names = set(document["components"]["schemas"])
    text = json.dumps(document)
    assert all(part.split('"')[0] in names for part in text.split("#/components/schemas/")[1:])
    assert {"AnswerRecord", "Problem", "JobRecord"} <= names
    assert "HTTPValidationError" not in text


def test_the_files_behind_the_examples_of_the_worker_are_real(live):
    refused = {}
    for name, samples in (("too-short", np.full(100, 0.1)), ("silent", np.zeros(20_000))):
        file = io.BytesIO()
        soundfile.write(file, samples, 8000, format="WAV")
        refused[name] = live.post_audio("/v1/predictions", file.getvalue()).json["type"]
    many = io.BytesIO()
    soundfile.write(many, np.full((9000, 65), 0.1), 8000, format="WAV")
    refused["too-many-channels"] = live.post_audio("/v1/predictions", many.getvalue()).json["type"]
    floats = io.BytesIO()
    soundfile.write(floats, np.full(20_000, np.nan), 8000, format="WAV", subtype="FLOAT")
    refused["not-finite"] = live.post_audio("/v1/predictions", floats.getvalue()).json["type"]
    assert refused == {name: f"/errors/{name}" for name in refused}
