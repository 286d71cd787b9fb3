"""What can be watched: Prometheus metrics. Every label has a bounded set of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_text
from prometheus_client.registry import Collector

from genrekit.service.messages import Ready
from genrekit.wire import PredictionRecord

LATENCY_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_CONFIDENCE_BUCKETS: Final = tuple(round(0.1 * step, 1) for step in range(1, 11))
CONTENT_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_METHODS: Final = frozenset({"GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"})

Reading = Callable[[], dict[str, float]]


class Metrics:
    """All metrics of one service, in a registry of their own."""

    def __init__(self) -> None:
        # A second series for each counter, which nothing reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = self._counter("http_requests", "Requests by route and status.", "method", "route", "status")
        self.latency = self._histogram("http_request_seconds", "From a request's head to its answer.", "route")
        self.in_flight = Gauge("genrekit_http_in_flight", "Requests that are being answered.", registry=self.registry)
        self.stages = self._histogram("stage_seconds", "Time spent in each step of a prediction.", "stage")
        self.audio_seconds = self._counter("audio_seconds", "Sound that was heard.")
        self.refused = self._counter("refused_uploads", "Bodies without an answer, by error code.", "reason")
        self.predictions = self._counter("predictions", "Answers by genre.", "genre", "artifact")
        self.unsure = self._counter("unsure_predictions", "Answers below the threshold.", "artifact")
        self.confidence = self._histogram(
            "confidence", "Probability of the most probable genre.", "artifact", buckets=_CONFIDENCE_BUCKETS
        )
        self.cache = self._counter("cache_lookups", "Answers looked up by content.", "result")
        self.worker_ends = self._counter("worker_ends", "Workers that were replaced.", "reason")
        self.reloads = self._counter("reloads", "Artifacts that took over, or did not.", "result")
        for reason in ("died", "killed"):
            self.worker_ends.labels(reason)
        for result in ("hit", "miss"):
            self.cache.labels(result)
        for result in ("ok", "refused"):
            self.reloads.labels(result)

    def watch(self, name: str, help_text: str, read: Reading, label: str = "") -> None:
        """Read a gauge when it is asked for.

        Args:
            name: without the common prefix.
            help_text: what it means.
            read: value by label value; by an empty text where there is no label.
            label: name of the label.
        """
        self.registry.register(_Watched(f"genrekit_{name}", help_text, read, label))

    def count_request(self, method: str, route: str, status: int, seconds: float, trace_id: str) -> None:
        """Count a finished request; its trace is the exemplar of its latency."""
        known = method if method in _METHODS else "OTHER"
        self.requests.labels(known, route, str(status)).inc()
        self.latency.labels(route).observe(seconds, {"trace_id": trace_id})

    def count_answer(self, record: PredictionRecord) -> None:
        """Count an answer."""
        self.audio_seconds.inc(record.duration)
        self.predictions.labels(record.genre, record.artifact_id).inc()
        self.confidence.labels(record.artifact_id).observe(record.proba[record.genre])
        if record.unsure:
            self.unsure.labels(record.artifact_id).inc()

    def introduce(self, ready: Ready) -> None:
        """Show all series of an artifact from the beginning, at 0: a rate needs a first value."""
        artifact = ready.model.artifact_id
        self.unsure.labels(artifact)
        self.confidence.labels(artifact)
        for genre in ready.model.genres:
            self.predictions.labels(genre, artifact)

    def text(self) -> bytes:
        """All metrics in the OpenMetrics format, which carries exemplars."""
        return bytes(openmetrics_text(self.registry))  # type: ignore[no-untyped-call]

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(f"genrekit_{name}", help_text, labels, registry=self.registry)

    def _histogram(
        self, name: str, help_text: str, *labels: str, buckets: Iterable[float] = LATENCY_BUCKETS
    ) -> Histogram:
        return Histogram(f"genrekit_{name}", help_text, labels, registry=self.registry, buckets=tuple(buckets))


class _Watched(Collector):
    def __init__(self, name: str, help_text: str, read: Reading, label: str) -> None:
        self._name, self._help, self._read, self._label = name, help_text, read, label

    def collect(self) -> Iterable[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._name, self._help, labels=[self._label] if self._label else None)
        for value_of_label, value in self._read().items():
            family.add_metric([value_of_label] if self._label else [], value)
        yield family


def resident_bytes(pids: Iterable[int]) -> float:
    """Resident memory of processes, together [bytes]; 0 where the system has no /proc."""
    return float(sum(map(_resident, pids)))


def _resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))
