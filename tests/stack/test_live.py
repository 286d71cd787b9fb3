"""Debian's Prometheus and Alertmanager watch a live service, by the very files that are deployed."""

import http.client
import json
import re
import shutil
import socket
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from genrekit.artifact import FeatureSummary, write_artifact
from genrekit.genres import GTZAN_GENRES
from tests.making import encode, linear_member, make_music, tiny_manifest
from tests.service.live import multipart, waited_for
from tests.service.running import Process

DEPLOY = Path(__file__).parents[2] / "deploy"
NEEDED = ("prometheus", "prometheus-alertmanager", "promtool")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in NEEDED),
        reason="needs Debian's packages prometheus and prometheus-alertmanager",
    ),
]


@pytest.fixture(scope="module")
def artifact(tmp_path_factory):
    """One with a summary of its training features, so that drift is watched too."""
    import msgspec

    import clipfeat

    folder = tmp_path_factory.mktemp("artifact") / "artifact"
    names = clipfeat.TABULAR_NAMES
    summary = FeatureSummary(names, (tuple(number / 10 for number in range(1, 10)),) * len(names))
    manifest = msgspec.structs.replace(tiny_manifest(), feature_summary=summary)
    write_artifact(folder, manifest, {"linear.onnx": linear_member(57, len(GTZAN_GENRES))})
    return folder


@pytest.fixture(scope="module")
def service(artifact, tmp_path_factory):
    with Process(artifact, tmp_path_factory.mktemp("state")) as process:
        yield process


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


class Webhook:
    """Keeps the alerts that it is told of."""

    def __init__(self):
        self.alerts = []
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                webhook.alerts += body["alerts"]
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/alerts"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Watch:
    """Prometheus and Alertmanager on loopback, with the deployed files but for addresses and times."""

    def __init__(self, folder, target, webhook):
        self.port, alerts = free_port(), free_port()
        prometheus = (DEPLOY / "prometheus" / "prometheus.yml").read_text()
        for old, new in {
            "api:8000": target,
            "alertmanager:9093": f"127.0.0.1:{alerts}",
            "localhost:9090": f"127.0.0.1:{self.port}",
            "15s": "1s",
        }.items():
            assert old in prometheus
            prometheus = prometheus.replace(old, new)
        rules = re.sub(r"for: \d+[mh]", "for: 2s", (DEPLOY / "prometheus" / "alerts.yml").read_text())
        manager = (DEPLOY / "alertmanager" / "alertmanager.yml").read_text()
        manager = re.sub(r"url: http\S+", f"url: {webhook}", manager).replace("group_wait: 10s", "group_wait: 0s")
        for name, text in (("prometheus.yml", prometheus), ("alerts.yml", rules), ("alertmanager.yml", manager)):
            (folder / name).write_text(text)
        self._commands = [
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
             f"--web.listen-address=127.0.0.1:{self.port}", "--enable-feature=exemplar-storage"],
            ["prometheus-alertmanager", f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/alerts",
             f"--web.listen-address=127.0.0.1:{alerts}", "--cluster.listen-address="],
        ]  # fmt: skip
        self._processes = []

    def __enter__(self):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._processes = [subprocess.Popen(command, **quiet) for command in self._commands]
        assert waited_for(self.is_ready, 30)
        return self

    def __exit__(self, *_):
        for process in self._processes:
            process.terminate()
            process.wait(30)

    def is_ready(self):
        try:
            return self.get("/-/ready")[0] == 200
        except OSError:
            return False

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def query(self, expression):
        _, body = self.get(f"/api/v1/query?query={urllib.parse.quote(expression)}")
        return json.loads(body)["data"]["result"]


def predicted(service, folder):
    wav = encode(folder / "song.wav", make_music(3.0), 22_050).read_bytes()
    status, _ = service.ask("POST", "/v1/predictions", wav, Content_Type="audio/wav")
    service.ask("POST", "/v1/predictions", b"no sound", Content_Type="audio/wav")
    return status


def metrics_text(service):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_every_metric_that_a_panel_or_a_rule_names_is_in_the_live_metrics(service, tmp_path):
    # Drift is told from a hundred tracks on; what was answered from memory is not counted again.
    songs = [
        (f"{number}", encode(tmp_path / f"{number}.wav", make_music(1.0, seed=number), 8000).read_bytes())
        for number in range(100)
    ]
    content_type, body = multipart(songs, "files")
    _, job = service.ask("POST", "/v1/jobs", body, Content_Type=content_type)
    assert predicted(service, tmp_path) == 200
    assert waited_for(lambda: service.ask("GET", f"/v1/jobs/{job['id']}")[1]["state"] == "done", 120)
    text = metrics_text(service)
    sources = [*(DEPLOY / "grafana" / "dashboards").glob("*.json"), DEPLOY / "prometheus" / "alerts.yml"]
    named = {name for path in sources for name in re.findall(r"\b(?:genrekit|process)_[a-z_]+\b", path.read_text())}
    there = set(re.findall(r"^([a-z_]+)(?:\{| )", text, re.MULTILINE))
    assert len(named) > 20
    assert named - there == set()


def test_prometheus_finds_nothing_wrong_with_the_metrics(service):
    text = "\n".join(line for line in metrics_text(service).splitlines() if line != "# EOF")
    plain = re.sub(r" # \{.*", "", text) + "\n"
    done = subprocess.run(["promtool", "check", "metrics"], input=plain, capture_output=True, text=True, check=False)
    assert "error while linting" not in done.stderr
    assert done.returncode in (0, 3), done.stderr


def test_a_scraped_service_is_counted_and_a_killed_one_fires_its_alert(artifact, tmp_path):
    (tmp_path / "watch").mkdir()
    with Process(artifact, tmp_path / "state") as service, Webhook() as webhook:
        target = f"127.0.0.1:{service.port}"
        with Watch(tmp_path / "watch", target, webhook.url) as watch:
            assert predicted(service, tmp_path) == 200
            assert waited_for(lambda: watch.query("sum(genrekit_predictions_total) > 0"), 30)
            assert waited_for(lambda: watch.query('up{job="genrekit"} == 1'), 30)
            assert not [alert for alert in webhook.alerts if alert["labels"]["alertname"] == "GenrekitDown"]
            service.end(9)

            def fired():
                return [alert for alert in webhook.alerts if alert["labels"]["alertname"] == "GenrekitDown"]

            [alert, *_] = waited_for(fired, 60)
            assert alert["status"] == "firing"
            assert alert["labels"]["instance"] == target
            assert alert["annotations"]["runbook"].endswith("#genrekitdown")
