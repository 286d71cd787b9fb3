"""Features of many files: order, errors as values, bounded memory."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from encoding import write
from signals import RATE, music, noise

from clipfeat import (
    AudioReason,
    ConfigError,
    DecodeLimits,
    Extracted,
    Failed,
    FeatureConfig,
    batch,
    extract_many,
    extract_tabular,
    load,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        write(tmp_path / f"{number}.wav", noise(3000 + 500 * number, seed=number), RATE, "FLOAT")
    return tmp_path


def test_each_file_gives_what_it_gives_alone(folder: Path) -> None:
    config = FeatureConfig(recipe="legacy")
    paths = sorted(folder.iterdir())
    results = list(extract_many(paths, config, workers=3))
    assert [result.name for result in results] == [str(path) for path in paths]
    for path, result in zip(paths, results, strict=True):
        assert isinstance(result, Extracted)
        np.testing.assert_array_equal(result.values, [extract_tabular(load(path), config)])
        assert result.starts.tolist() == [0.0]
        assert result.seconds == pytest.approx(len(load(path)) / RATE)


def test_errors_are_values_in_their_place(folder: Path) -> None:
    sources = [folder / "0.wav", folder / "missing.wav", b"no sound", folder / "1.wav"]
    results = list(extract_many(sources, workers=2))
    assert [type(result) for result in results] == [Extracted, Failed, Failed, Extracted]
    assert [result.error.reason for result in results if isinstance(result, Failed)] == [
        AudioReason.MISSING,
        AudioReason.NOT_AUDIO,
    ]


def test_files_at_another_rate_are_resampled(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", music(1, 44_100), 44_100, "FLOAT")
    (result,) = extract_many([path])
    np.testing.assert_array_equal(result.values[0], extract_tabular(load(path)))


def test_clips_are_rows_and_what_is_left_is_dropped(folder: Path) -> None:
    path = write(folder / "long.wav", noise(RATE * 5 // 2), RATE, "FLOAT")
    (result,) = extract_many([path], clip_seconds=1.0)
    assert result.starts.tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(result.values[1], extract_tabular(load(path)[RATE : 2 * RATE]))
    (short,) = extract_many([path], clip_seconds=3.0)
    assert short.error.reason is AudioReason.TOO_SHORT
    assert "2.50 s" in str(short.error)


def test_limits_apply(folder: Path) -> None:
    (result,) = extract_many([folder / "0.wav"], limits=DecodeLimits(max_bytes=10))
    assert result.error.reason is AudioReason.TOO_LARGE


def test_running_out_of_memory_costs_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(batch, "decode", greedy)
    (result,) = extract_many([folder / "0.wav"])
    assert result.error.reason is AudioReason.TOO_LARGE


def test_sources_are_taken_a_little_ahead_only(folder: Path) -> None:
    taken = []

    def sources() -> Iterator[Path]:
        for number in range(1000):
            taken.append(number)
            yield folder / "0.wav"

    results = extract_many(sources(), workers=2)
    for _ in range(3):
        next(results)
    assert len(taken) <= 3 + 4
    results.close()
    assert threading.active_count() < 50


def test_as_finished_lets_a_slow_file_wait(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    original = batch.decode

    def slow_first(source: Path, **settings: object) -> object:
        if source.name == "0.wav":
            gate.wait(20)
        return original(source, **settings)

    monkeypatch.setattr(batch, "decode", slow_first)
    results = extract_many(sorted(folder.iterdir()), workers=2, ordered=False)
    names = [Path(next(results).name).name for _ in range(3)]
    gate.set()
    names += [Path(result.name).name for result in results]
    assert names[0] != "0.wav"
    assert sorted(names) == [f"{number}.wav" for number in range(6)]


def test_several_workers_work_side_by_side(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=20)

    def meet(*_: object, **__: object) -> None:
        both.wait()
        raise MemoryError

    monkeypatch.setattr(batch, "decode", meet)
    began = time.monotonic()
    assert len(list(extract_many([folder / "0.wav", folder / "1.wav"], workers=2))) == 2
    assert time.monotonic() - began < 20


def test_no_sources_no_results() -> None:
    assert list(extract_many([])) == []


@pytest.mark.parametrize("settings", [{"workers": 0}, {"clip_seconds": 0.0}, {"clip_seconds": -1.0}])
def test_impossible_settings_are_refused_at_once(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        extract_many([], **settings)


def test_usable_cores_are_at_least_one() -> None:
    assert batch.usable_cores() >= 1
