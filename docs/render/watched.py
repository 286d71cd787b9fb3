"""What can be watched: the service's metrics, and the alerts and dashboards that are made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from markdown import code, page, table

from genrekit.service import app
from genrekit.service.metrics import Metrics

ROOT = Path(__file__).parents[2]
_INTRO = """
What `GET /metrics` of the [service](../how-to/run-the-service.md) tells, in the OpenMetrics format, and what the files
in `deploy/` make of it. Every label has a bounded set of values; none carries the name of a file, a key or a client.
What to do about an alert is in the [runbooks](../how-to/runbooks.md); how it all is started in
[run the stack](../how-to/run-the-stack.md).
"""


def watched_page() -> str:
    """The page of metrics, alerts and dashboards."""
    return page("Metrics, alerts, dashboards", _INTRO, [*_metrics(), *_alerts(), *_dashboards()])


def _metrics() -> Iterator[str]:
    yield "## Metrics"
    yield table(["metric", "kind", "labels", ""], sorted(_own() + _watched()))
    yield "With them come those of the process: `process_cpu_seconds_total`, `process_resident_memory_bytes` and more."


def _own() -> list[tuple[str, str, str, str]]:
    found = []
    for metric in vars(Metrics()).values():
        if hasattr(metric, "_labelnames"):
            kind = metric._type
            name = f"{metric._name}_total" if kind == "counter" else metric._name
            found.append((code(name), kind, ", ".join(map(code, metric._labelnames)), metric._documentation))
    return found


def _watched() -> list[tuple[str, str, str, str]]:
    """Gauges that are read when they are asked for: what the application registers."""
    found: list[tuple[str, str, str, str]] = []

    def watch(name: str, text: str, _read: Any, label: str = "") -> None:
        found.append((code(f"genrekit_{name}"), "gauge", label and code(label), text))

    nothing = SimpleNamespace(admission=None, drift=None, artifact_info=None)
    app._watch(SimpleNamespace(watch=watch), nothing, None)  # type: ignore[arg-type]
    return found


def _alerts() -> Iterator[str]:
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    yield "## Alerts"
    yield "Rules of `deploy/prometheus/alerts.yml`."
    yield table(
        ["alert", "severity", "after", "when"],
        [
            (
                f"[{rule['alert']}](../how-to/runbooks.md#{rule['alert'].lower()})",
                rule["labels"]["severity"],
                rule["for"],
                code(" ".join(rule["expr"].split())),
            )
            for group in rules["groups"]
            for rule in group["rules"]
        ],
    )


def _dashboards() -> Iterator[str]:
    yield "## Dashboards"
    yield "Panels of `deploy/grafana/dashboards`, which `deploy/grafana/render.py` writes."
    for path in sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json")):
        board = json.loads(path.read_text(encoding="utf-8"))
        yield f"### {re.sub(r'^genrekit: ', '', board['title'])}"
        panels = [panel for panel in board["panels"] if panel["type"] != "row"]
        yield table(["panel", ""], [(panel["title"], panel.get("description", "")) for panel in panels])
