"""Write the three dashboards: what each panel shows is said here in one line, and Grafana's JSON is made from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "dashboards"
_WIDTH = 24
_HEIGHT = 8


@dataclass(frozen=True)
class Panel:
    """One picture.

    Attributes:
        title: what is seen.
        kind: Grafana's type of panel.
        queries: expressions with the legends of their series.
        unit: Grafana's name of the unit.
        about: what to make of it.
        source: ``prometheus``, ``loki`` or ``tempo``.
        width: of 24 columns.
    """

    title: str
    kind: str
    queries: Sequence[tuple[str, str]]
    unit: str = "short"
    about: str = ""
    source: str = "prometheus"
    width: int = 8


@dataclass(frozen=True)
class Dashboard:
    """Pictures that belong together."""

    uid: str
    title: str
    panels: Sequence[Panel]


_RATE = "[$__rate_interval]"
_BY_LE = f'sum by (le) (rate(genrekit_http_request_seconds_bucket{{route=~"$route"}}{_RATE}))'
_REQUESTS = "genrekit_http_requests_total"
_ANSWERED = f'{_REQUESTS}{{route=~"/v1/predictions.*|/predict/music",status="200"}}'
_FAULTS = f'{_REQUESTS}{{status=~"5..",status!="503"}}'


def _share(part: str, whole: str, window: str = _RATE, by: str = "") -> str:
    """How much of one counter's growth is another's."""
    grouped = f"sum{by and f' by ({by}) '}"
    return f"{grouped}(rate({part}{window})) / {grouped}(rate({whole}{window}))"


SERVICE = Dashboard(
    "genrekit-service",
    "genrekit: service",
    (
        Panel(
            "Predictions",
            "stat",
            [
                (
                    f"sum(increase({_ANSWERED}[$__range]))",
                    "answered",
                )
            ],
            about="Requests that were answered, not those that were refused.",
            width=4,
        ),
        Panel(
            "Alive", "stat", [('up{job="genrekit"}', "{{instance}}")], about="1: the last scrape was answered.", width=4
        ),
        Panel(
            "Requests by status",
            "timeseries",
            [(f'sum by (status) (rate(genrekit_http_requests_total{{route=~"$route"}}{_RATE}))', "{{status}}")],
            "reqps",
        ),
        Panel(
            "Faults",
            "timeseries",
            [
                (
                    _share(_FAULTS, _REQUESTS),
                    "share",
                )
            ],
            "percentunit",
            about="5xx without 503: a full service that refuses is doing its duty.",
        ),
        Panel(
            "Latency",
            "timeseries",
            [(f"histogram_quantile({share}, {_BY_LE})", f"p{round(100 * share)}") for share in (0.5, 0.95, 0.99)],
            "s",
            about="The dots are exemplars: each leads to the trace of one request.",
        ),
        Panel(
            "Time of the steps",
            "timeseries",
            [(_share("genrekit_stage_seconds_sum", "genrekit_stage_seconds_count", by="stage"), "{{stage}}")],
            "s",
            about="Mean seconds spent in each step of a prediction.",
        ),
        Panel(
            "Permits",
            "timeseries",
            [("genrekit_permits_held", "held"), ("genrekit_permits", "all"), ("genrekit_queue_length", "waiting")],
            about="Saturation: when all are held, the next request is refused.",
        ),
        Panel(
            "Refused bodies",
            "timeseries",
            [(f"sum by (reason) (rate(genrekit_refused_uploads_total{_RATE}))", "{{reason}}")],
            "reqps",
        ),
        Panel(
            "Workers",
            "timeseries",
            [
                ("genrekit_workers_alive", "alive"),
                (f"sum by (reason) (increase(genrekit_worker_ends_total{_RATE}))", "{{reason}}"),
            ],
            about="A worker that died or was killed had a hostile file, or too little memory.",
        ),
        Panel(
            "Answers from memory",
            "timeseries",
            [
                (
                    _share('genrekit_cache_lookups_total{result="hit"}', "genrekit_cache_lookups_total"),
                    "share",
                )
            ],
            "percentunit",
        ),
        Panel(
            "Slowest requests",
            "table",
            [('{resource.service.name="genrekit" && duration > 1s}', "")],
            source="tempo",
            width=12,
        ),
        Panel("Logs", "logs", [('{service_name="genrekit"}', "")], source="loki", width=24),
    ),
)

MODEL = Dashboard(
    "genrekit-model",
    "genrekit: model",
    (
        Panel(
            "Genres predicted",
            "piechart",
            [("sum by (genre) (increase(genrekit_predictions_total[$__range]))", "{{genre}}")],
        ),
        Panel(
            "Genres over time",
            "timeseries",
            [(f"sum by (genre) (rate(genrekit_predictions_total{_RATE}))", "{{genre}}")],
            "reqps",
            width=16,
        ),
        Panel(
            "Confidence",
            "heatmap",
            [(f"sum by (le) (increase(genrekit_confidence_bucket{_RATE}))", "{{le}}")],
            about="Probability of the most probable genre.",
        ),
        Panel(
            "Unsure",
            "timeseries",
            [
                (
                    _share("genrekit_unsure_predictions_total", "genrekit_predictions_total", "[1h]", "artifact"),
                    "{{artifact}}",
                )
            ],
            "percentunit",
        ),
        Panel(
            "Input drift",
            "timeseries",
            [("genrekit_input_drift_psi", "{{group}}")],
            about="Population stability index against the training tracks: below 0.1 stable, above 0.25 changed.",
        ),
        Panel(
            "Versions side by side",
            "timeseries",
            [
                (
                    _share("genrekit_confidence_sum", "genrekit_confidence_count", "[1h]", "artifact"),
                    "{{artifact}}",
                )
            ],
            "percentunit",
            about="Mean confidence of each artifact that answered.",
        ),
        Panel("Artifact", "table", [("genrekit_model_info", "{{artifact}}")]),
        Panel("Sound heard", "stat", [("sum(increase(genrekit_audio_seconds_total[$__range]))", "heard")], "s"),
        Panel(
            "Artifacts that took over, or did not",
            "stat",
            [("sum by (result) (increase(genrekit_reloads_total[$__range]))", "{{result}}")],
        ),
    ),
)

HOST = Dashboard(
    "genrekit-host",
    "genrekit: pipeline and host",
    (
        Panel(
            "Files of jobs",
            "timeseries",
            [("genrekit_job_files", "{{state}}")],
            about="The pipeline of jobs: a growing queue means that requests leave it no worker.",
        ),
        Panel(
            "Highest memory",
            "stat",
            [
                ('max(max_over_time(process_resident_memory_bytes{job="genrekit"}[$__range]))', "service"),
                ("max(max_over_time(genrekit_workers_resident_bytes[$__range]))", "workers"),
            ],
            "bytes",
        ),
        Panel(
            "Memory",
            "timeseries",
            [
                ('process_resident_memory_bytes{job="genrekit"}', "service"),
                ("genrekit_workers_resident_bytes", "workers"),
            ],
            "bytes",
        ),
        Panel(
            "Processor time of the service",
            "timeseries",
            [(f'rate(process_cpu_seconds_total{{job="genrekit"}}{_RATE})', "{{instance}}")],
            "percentunit",
            about="The event loop; workers are seen by the time of the steps.",
        ),
        Panel(
            "Processor time of the workers",
            "timeseries",
            [(f"sum(rate(genrekit_stage_seconds_sum{_RATE}))", "busy workers")],
        ),
        Panel(
            "Open files",
            "timeseries",
            [('process_open_fds{job="genrekit"}', "{{instance}}"), ('process_max_fds{job="genrekit"}', "limit")],
        ),
        Panel("In flight", "timeseries", [("genrekit_http_in_flight", "{{instance}}")]),
        Panel("Targets", "table", [("up", "{{job}}")], width=16),
    ),
)

DASHBOARDS = (SERVICE, MODEL, HOST)


def rendered(dashboard: Dashboard) -> str:
    """A dashboard as Grafana reads it."""
    document = {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["genrekit"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_source(name) for name in ("prometheus", "loki", "tempo")] + [_ROUTE]},
        "panels": _placed(dashboard.panels),
    }
    return json.dumps(document, indent=2) + "\n"


def _placed(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    placed, x, y = [], 0, 0
    for number, panel in enumerate(panels, 1):
        if x + panel.width > _WIDTH:
            x, y = 0, y + _HEIGHT
        placed.append(_panel(number, panel, {"x": x, "y": y, "w": panel.width, "h": _HEIGHT}))
        x += panel.width
    return placed


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    source = {"type": panel.source, "uid": f"${{{panel.source}}}"}
    return {
        "id": number,
        "title": panel.title,
        "description": panel.about,
        "type": panel.kind,
        "gridPos": place,
        "datasource": source,
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": [_target(index, source, panel, *query) for index, query in enumerate(panel.queries)],
    }


def _target(index: int, source: dict[str, str], panel: Panel, expression: str, legend: str) -> dict[str, Any]:
    target: dict[str, Any] = {"refId": "ABCDEFGH"[index], "datasource": source, "legendFormat": legend}
    if panel.source == "tempo":
        return target | {"queryType": "traceql", "query": expression}
    target["expr"] = expression
    if panel.source == "prometheus":
        target |= {"exemplar": panel.title == "Latency", "instant": panel.kind in ("stat", "table", "piechart")}
    return target


def _source(name: str) -> dict[str, Any]:
    current = {"text": name.title(), "value": name}
    return {"name": name, "label": name.title(), "type": "datasource", "query": name, "current": current, "hide": 2}


_ROUTE = {
    "name": "route",
    "label": "Route",
    "type": "query",
    "datasource": {"type": "prometheus", "uid": "${prometheus}"},
    "query": "label_values(genrekit_http_requests_total, route)",
    "refresh": 2,
    "includeAll": True,
    "allValue": ".*",
    "current": {"text": "All", "value": "$__all"},
}


def main() -> None:
    """Write all."""
    for dashboard in DASHBOARDS:
        (FOLDER / f"{dashboard.uid.removeprefix('genrekit-')}.json").write_text(rendered(dashboard), encoding="utf-8")


if __name__ == "__main__":
    main()
