import os
import re
from pathlib import Path

import msgspec

from genrekit.service.metrics import LATENCY_BUCKETS, Metrics, resident_bytes
from tests.service.live import READY, RECORD


def test_all_series_of_an_artifact_are_there_from_the_beginning():
    metrics = Metrics()
    metrics.introduce(READY)
    text = metrics.text().decode()
    assert 'genrekit_predictions_total{artifact="fake",genre="jazz"} 0.0' in text
    assert 'genrekit_unsure_predictions_total{artifact="fake"} 0.0' in text
    assert text.endswith("# EOF\n")


def test_an_answer_is_counted_by_genre_confidence_and_length():
    metrics = Metrics()
    metrics.count_answer(RECORD)
    metrics.count_answer(msgspec.structs.replace(RECORD, unsure=True))
    text = metrics.text().decode()
    assert 'genrekit_predictions_total{artifact="fake",genre="jazz"} 2.0' in text
    assert 'genrekit_unsure_predictions_total{artifact="fake"} 1.0' in text
    assert 'genrekit_confidence_bucket{artifact="fake",le="0.8"} 2.0' in text
    assert "genrekit_audio_seconds_total 60.0" in text


def test_the_latency_of_a_request_carries_its_trace():
    metrics = Metrics()
    metrics.count_request("GET", "/healthz", 200, 0.02, "0af7651916cd43dd8448eb211c80319c")
    [line] = re.findall(r'.*request_seconds_bucket{le="0.025".*', metrics.text().decode())
    assert '# {trace_id="0af7651916cd43dd8448eb211c80319c"} 0.02' in line


def test_buckets_reach_from_ten_milliseconds_to_ten_seconds():
    assert (LATENCY_BUCKETS[0], LATENCY_BUCKETS[-1]) == (0.01, 10.0)
    assert list(LATENCY_BUCKETS) == sorted(LATENCY_BUCKETS)


def test_a_watched_value_is_read_when_it_is_asked_for():
    metrics, values = Metrics(), {"a": 1.0}
    metrics.watch("thing", "A thing.", lambda: values, "kind")
    values["a"] = 2.0
    assert 'genrekit_thing{kind="a"} 2.0' in metrics.text().decode()


def test_memory_of_processes_is_summed_and_gone_ones_count_nothing():
    own = resident_bytes([os.getpid()])
    assert own > 10_000_000 or not Path("/proc/self/status").exists()
    assert resident_bytes([2**22 + 1]) == 0


def test_the_live_metrics_hold_what_an_operator_watches(live, wav):
    live.post_audio("/v1/predictions", wav)
    live.post_audio("/v1/predictions", b"no sound")
    text = live.get("/metrics").body.decode()
    for name in (
        'genrekit_http_requests_total{method="POST",route="/v1/predictions",status="200"}',
        'genrekit_stage_seconds_count{stage="decode"}',
        'genrekit_stage_seconds_count{stage="views"}',
        'genrekit_stage_seconds_count{stage="member.linear"}',
        'genrekit_stage_seconds_count{stage="combine"}',
        'genrekit_refused_uploads_total{reason="not-audio"}',
        "genrekit_permits 5.0",
        "genrekit_permits_held",
        "genrekit_queue_length",
        "genrekit_workers_alive 1.0",
        "genrekit_workers_resident_bytes",
        "genrekit_model_info{artifact=",
        "process_resident_memory_bytes",
    ):
        assert name in text, name
