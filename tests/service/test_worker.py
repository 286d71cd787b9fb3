import json
import os
import subprocess
import sys

import msgspec
import pytest

import clipfeat
from genrekit.artifact import FeatureSummary, read_artifact, write_artifact
from genrekit.genres import GTZAN_GENRES
from genrekit.limits import Limits
from genrekit.predictor import model_record
from genrekit.service.answering import limits_record
from genrekit.service.messages import Done, Failed, Task
from genrekit.service.worker import Worker
from tests.making import encode, linear_member, make_music, tiny_manifest

LIMITS = limits_record(Limits(max_seconds=60.0))


@pytest.fixture(scope="module")
def worker(small_artifact):
    return Worker(str(small_artifact))


@pytest.fixture
def body(tmp_path):
    def write(value):
        path = tmp_path / "body"
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return str(path)

    return write


def test_a_worker_is_ready_when_it_has_answered_the_bundled_clip(worker, small_artifact):
    ready = worker.ready()
    assert ready.model == model_record(read_artifact(small_artifact))
    assert ready.summary is None


def test_an_answer_tells_its_steps_in_order(worker, body, wav):
    done = worker.answer(Task(body(wav), "audio", LIMITS))
    assert isinstance(done, Done)
    assert [name for name, _, _ in done.steps] == ["decode", "views", "member.linear", "combine"]
    assert all(seconds >= 0 for _, _, seconds in done.steps)
    assert done.record.path == ""
    assert done.record.clips is not None


def test_a_failure_tells_no_path(worker, body):
    failed = worker.answer(Task(body(b"no sound"), "audio", LIMITS))
    assert failed.code == "GK104"
    assert "body" not in failed.reason


@pytest.mark.parametrize(
    ("value", "code", "pointer"),
    [
        (b"{", "GK607", None),
        (b"\xff", "GK607", None),
        ({"samples": {"a": 1}, "sample_rate": 1}, "GK607", "/samples"),
        ({"samples": [[1.0, None]], "sample_rate": 1}, "GK607", "/samples/0/1"),
        ({"samples": [1.0], "sample_rate": 8000.5}, "GK607", "/sample_rate"),
    ],
)
def test_a_json_body_that_is_none_is_pointed_at(worker, body, value, code, pointer):
    failed = worker.answer(Task(body(value), "samples", LIMITS))
    assert (failed.code, failed.pointer) == (code, pointer)


def test_what_needs_more_memory_than_there_is_is_an_answer(worker, body, wav, monkeypatch):
    def exhausted(*_, **__):
        raise MemoryError

    monkeypatch.setattr("genrekit.predictor.decode", exhausted)
    assert worker.answer(Task(body(wav), "audio", LIMITS)).code == "GK113"


def test_whatever_else_a_file_provokes_is_an_answer_too(worker, body, wav, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("genrekit.predictor.decode", broken)
    failed = worker.answer(Task(body(wav), "audio", LIMITS))
    assert failed == Failed("GK115", "made its reader fail (ZeroDivisionError)")


def test_features_are_told_where_training_left_a_summary_of_them(tmp_path, body, wav):
    names = clipfeat.TABULAR_NAMES
    summary = FeatureSummary(names, ((0.0,) * 9,) * len(names))
    manifest = msgspec.structs.replace(tiny_manifest(), feature_summary=summary)
    write_artifact(tmp_path / "artifact", manifest, {"linear.onnx": linear_member(57, len(GTZAN_GENRES))})
    worker = Worker(str(tmp_path / "artifact"))
    done = worker.answer(Task(body(wav), "audio", LIMITS))
    assert len(done.features) == 57
    assert worker.ready().summary == summary


def talk(lines, **options):
    command = [sys.executable, "-m", "genrekit.service.worker"]
    done = subprocess.run(command, input=b"".join(lines), capture_output=True, timeout=120, check=False, **options)
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def test_a_worker_ends_with_its_input(small_artifact, tmp_path):
    path = encode(tmp_path / "a.flac", make_music(2.0), 22_050)
    setup = {"artifact": str(small_artifact), "worker_bytes": 0}
    task = {"path": str(path), "form": "audio", "limits": LIMITS}
    replies, status = talk([json.dumps(line).encode() + b"\n" for line in (setup, task)])
    assert [reply["type"] for reply in replies] == ["ready", "done"]
    assert status == 0


def test_a_worker_that_cannot_begin_says_why(tmp_path):
    replies, status = talk([json.dumps({"artifact": str(tmp_path), "worker_bytes": 0}).encode() + b"\n"])
    assert (replies[0]["type"], replies[0]["code"], status) == ("failed", "GK201", 0)


@pytest.mark.skipif(not hasattr(os, "nice"), reason="the system bounds no address space")
def test_a_body_that_needs_more_memory_than_a_worker_may_take_is_refused(small_artifact, tmp_path):
    path = tmp_path / "samples.json"
    path.write_bytes(b'{"sample_rate": 8000, "samples": [' + b"[1]," * 3_000_000 + b"[1]]}")
    setup = {"artifact": str(small_artifact), "worker_bytes": 400_000_000}
    task = {"path": str(path), "form": "samples", "limits": LIMITS}
    replies, _ = talk([json.dumps(line).encode() + b"\n" for line in (setup, task)])
    assert [reply["type"] for reply in replies] == ["ready", "failed"]
    assert replies[1]["code"] == "GK113"
