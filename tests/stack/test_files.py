"""What runs the service is checked as far as it can be without running it."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from genrekit.service.settings import PREFIX, ServiceSettings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RUNBOOKS = ROOT / "docs" / "how-to" / "runbooks.md"
SERVICES = ("api", "webapp", "prometheus", "alertmanager", "otel", "loki", "tempo", "grafana", "mlflow")


def render():
    spec = importlib.util.spec_from_file_location("render", DEPLOY / "grafana" / "render.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["render"] = module
    spec.loader.exec_module(module)
    return module


def service_text(name):
    """The lines of one service in the compose file; its YAML is plain enough to be read by its indentation."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    return re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", text, re.MULTILINE)[1]


def promtool(*arguments, cwd=DEPLOY / "prometheus"):
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not there (Debian's package prometheus)")
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False)


def test_prometheus_takes_its_configuration_and_its_rules():
    done = promtool("check", "config", "prometheus.yml")
    assert done.returncode == 0, done.stderr


def test_every_alert_fires_when_it_should_and_not_before():
    done = promtool("test", "rules", "alerts_test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_alertmanager_takes_its_configuration():
    if shutil.which("amtool") is None:
        pytest.skip("amtool is not there (Debian's package prometheus-alertmanager)")
    command = ["amtool", "check-config", str(DEPLOY / "alertmanager" / "alertmanager.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_alert_is_tested_and_has_a_runbook():
    rules = (DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    tested = (DEPLOY / "prometheus" / "alerts_test.yml").read_text(encoding="utf-8")
    alerts = re.findall(r"- alert: (\w+)", rules)
    assert len(alerts) == 7
    headings = re.findall(r"^## (\w+)$", RUNBOOKS.read_text(encoding="utf-8"), re.MULTILINE)
    assert alerts == headings
    for alert in alerts:
        assert f"runbook: docs/how-to/runbooks.md#{alert.lower()}" in rules
        assert f"alertname: {alert}\n        exp_alerts" in tested


@pytest.mark.skipif(importlib.util.find_spec("check_jsonschema") is None, reason="check-jsonschema is not installed")
def test_the_compose_file_follows_the_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_pinned_bounded_and_without_privileges(name):
    text = service_text(name)
    assert "<<: *careful" in text
    assert re.search(r"image: \S+:v?\d+\.\d+\.\d+\n", text)
    assert re.search(r'user: "[1-9]\d*:\d+"', text)
    assert all(f"{limit}:" in text for limit in ("mem_limit", "cpus", "pids_limit"))
    assert "privileged" not in text
    assert "docker.sock" not in text
    for port in re.findall(r"ports: \[(.*)\]", text):
        assert port.startswith('"127.0.0.1:')


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("api", "webapp", "otel")])
def test_each_image_of_others_has_a_health_check(name):
    assert "healthcheck:" in service_text(name)


def test_what_all_services_share_takes_privileges_away():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    shared = text[text.index("x-careful") : text.index("services:")]
    assert all(word in shared for word in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"))
    assert 'GF_AUTH_ANONYMOUS_ENABLED: "false"' in text


@pytest.mark.parametrize("name", ["api", "webapp"])
def test_our_images_are_built_in_stages_and_run_without_privileges(name):
    text = (DEPLOY / "docker" / f"{name}.Dockerfile").read_text(encoding="utf-8")
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.search(r":\d+\.\d+\.\d+-slim", stage) for stage in stages)
    assert text.index("USER 10001") < text.index("CMD [")
    assert "HEALTHCHECK" in text
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint is not installed; the rest was checked")
    done = subprocess.run([hadolint, "-"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_images_are_built_from_what_they_need_alone():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "docker" / "api.Dockerfile").read_text(), re.MULTILINE)
    for source in " ".join(copied).split():
        assert f"!{source}" in lines
        assert (ROOT / source).exists()


def test_every_variable_that_a_deployment_sets_is_a_setting():
    files = [DEPLOY / "compose.yaml", *(DEPLOY / "docker").iterdir(), *(DEPLOY / "aws").iterdir()]
    named = {name for file in files for name in re.findall(rf"{PREFIX}([A-Z_]+)", file.read_text(encoding="utf-8"))}
    assert {"HOST", "STATE_DIR", "OTLP_ENDPOINT", "ALLOW_OPEN"} <= named
    assert {name.lower() for name in named} <= set(ServiceSettings.__struct_fields__)


def test_the_dashboards_are_what_is_written_of_them():
    module = render()
    for dashboard in module.DASHBOARDS:
        name = dashboard.uid.removeprefix("genrekit-")
        written = (DEPLOY / "grafana" / "dashboards" / f"{name}.json").read_text(encoding="utf-8")
        assert written == module.rendered(dashboard)


def dashboards():
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (DEPLOY / "grafana" / "dashboards").iterdir()
    }


def expressions():
    """Every expression in PromQL, with Grafana's variables filled in."""
    for dashboard in dashboards().values():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                if target["datasource"]["type"] == "prometheus":
                    filled = re.sub(r"\$__(rate_interval|range|interval)", "5m", target["expr"])
                    yield filled.replace("$route", ".*")


def test_each_dashboard_is_whole():
    assert set(dashboards()) == {"service", "model", "host"}
    for dashboard in dashboards().values():
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(set(ids)) == len(ids) >= 8
        variables = {variable["name"] for variable in dashboard["templating"]["list"]}
        assert all(panel["datasource"]["uid"].strip("${}") in variables for panel in dashboard["panels"])
        cells = [
            (x, y)
            for panel in dashboard["panels"]
            for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
            for y in [panel["gridPos"]["y"]]
        ]
        assert len(set(cells)) == len(cells)


def test_every_expression_is_promql(tmp_path):
    rules = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(expressions())]
    assert len(rules) > 25
    (tmp_path / "rules.json").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", tmp_path / "rules.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_smoke_script_is_a_script():
    assert subprocess.run(["bash", "-n", str(DEPLOY / "smoke")], check=False).returncode == 0
    if shutil.which("shellcheck", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("shellcheck is not installed; the rest was checked")
    command = [str(Path(sys.executable).parent / "shellcheck"), str(DEPLOY / "smoke")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
