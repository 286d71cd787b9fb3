"""The service as an operator runs it: a process, its signals, its restarts."""

import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

from genrekit.artifact import write_artifact
from genrekit.errors import SettingsError
from genrekit.genres import GTZAN_GENRES
from genrekit.service.server import listen
from tests.making import linear_member, make_music, tiny_manifest
from tests.service.live import multipart, waited_for
from tests.service.running import Process

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@posix
def test_a_stop_finishes_what_is_in_flight(small_artifact, tmp_path, wav):
    with Process(small_artifact, tmp_path) as service:
        replies = []
        body = json.dumps({"samples": make_music(20.0).tolist(), "sample_rate": 22_050}).encode()
        client = threading.Thread(
            target=lambda: replies.append(
                service.ask("POST", "/v1/predictions/samples", body, Content_Type="application/json")
            )
        )
        client.start()
        time.sleep(0.15)
        assert service.end() == 0
        client.join()
        assert [status for status, _ in replies] == [200]


@posix
def test_after_a_kill_every_accepted_job_is_completed_exactly_once(small_artifact, tmp_path, wav):
    files = [(f"{number}.wav", wav + bytes([number])) for number in range(12)]
    content_type, body = multipart(files)
    with Process(small_artifact, tmp_path) as service:
        _, job = service.ask("POST", "/v1/jobs", body, Content_Type=content_type, Idempotency_Key="once")
        path = f"/v1/jobs/{job['id']}"
        done = lambda: [file["state"] for file in service.ask("GET", path)[1]["files"]].count("done")  # noqa: E731
        assert waited_for(lambda: done() >= 2, 60)
        service.end(signal.SIGKILL)
    with Process(small_artifact, tmp_path) as service:
        status, again = service.ask("POST", "/v1/jobs", body, Content_Type=content_type, Idempotency_Key="once")
        assert (status, again["id"]) == (202, job["id"])
        record = waited_for(lambda: (found := service.ask("GET", path)[1])["state"] == "done" and found, 60)
        assert [file["state"] for file in record["files"]] == ["done"] * 12
        assert service.end() == 0
    assert attempts(tmp_path) in ([1] * 12, *([1] * n + [2] + [1] * (11 - n) for n in range(12)))
    assert list((tmp_path / "files").iterdir()) == []


def attempts(state):
    import sqlite3

    connection = sqlite3.connect(state / "jobs.sqlite")
    try:
        return [row[0] for row in connection.execute("SELECT attempts FROM file ORDER BY number")]
    finally:
        connection.close()


@posix
def test_a_new_artifact_takes_over_on_a_signal_and_a_bad_one_does_not(tmp_path):
    artifact = tmp_path / "artifact"
    write_artifact(artifact, tiny_manifest(), {"linear.onnx": linear_member(57, len(GTZAN_GENRES))})
    with Process(artifact, tmp_path / "state") as service:
        first = service.ask("GET", "/v1/model")[1]["artifact_id"]
        (artifact / "linear.onnx").write_bytes(b"another")
        service.process.send_signal(signal.SIGHUP)
        assert service.event("reload_refused")["code"] == "GK204"
        assert service.ask("GET", "/v1/model")[1]["artifact_id"] == first
        write_artifact(artifact, tiny_manifest(), {"linear.onnx": linear_member(57, len(GTZAN_GENRES), seed=1)})
        service.process.send_signal(signal.SIGHUP)
        assert service.event("reloaded")["previous_artifact"] == first
        assert service.ask("GET", "/v1/model")[1]["artifact_id"] != first
        assert service.end() == 0


@posix
def test_workers_end_with_a_service_that_is_killed(small_artifact, tmp_path):
    with Process(small_artifact, tmp_path) as service:
        children = children_of(service.process.pid)
        assert children
        service.end(signal.SIGKILL)
        assert waited_for(lambda: not any(map(is_running, children)))


def children_of(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


def test_an_address_that_is_taken_is_refused_by_name():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="cannot be bound"):
        listen("127.0.0.1", taken.getsockname()[1])
