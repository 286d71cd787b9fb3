"""Scanning a generated library: exact accounting, rate by processes, the second run, memory, and what it scales to.

Makes files of mixed formats, one in fifty broken in one of several ways; scans a part of them with one process
and with all cores in turn, then all of them, then again. Writes ``benchmarks/results/scan.json``.

    python benchmarks/scan.py [--files 5000] [--seconds 6] [--rounds 3] [--artifact FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from genrekit.artifact import SHIPPED
from genrekit.collection.answering import Settings
from genrekit.collection.manifest import opened_manifest
from genrekit.collection.results import write_results
from genrekit.collection.scan import Plan, answer, find, results
from tests.making import encode, make_music

RESULT = ROOT / "benchmarks" / "results" / "scan.json"
FORMATS = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wma", ".wav", ".aiff")
BREAKAGES = ("empty", "text", "cut", "zeros", "header only", "broken link", "too short", "silent")
SOURCES_PER_FORMAT = 8


def make_library(folder: Path, count: int, seconds: float) -> dict[str, int]:
    """Files of mixed formats in folders of fifty; returns how many of each breakage."""
    chance = random.Random(0)  # noqa: S311 - not for secrets
    sources = make_sources(folder.with_name("sources"), seconds)
    broken: Counter[str] = Counter()
    for number in range(count):
        parent = folder / f"album {number // 50:04}"
        parent.mkdir(parents=True, exist_ok=True)
        suffix = FORMATS[number % len(FORMATS)]
        content = chance.choice(sources[suffix])
        path = parent / f"{number:06}{suffix}"
        if number % 50 == 7:
            kind = BREAKAGES[number // 50 % len(BREAKAGES)]
            broken[kind] += 1
            break_file(path, content, kind)
        else:
            # Bytes at the end that no decoder minds make every file a content of its own.
            path.write_bytes(distinct(content, suffix, number))
    return dict(broken)


def make_sources(folder: Path, seconds: float) -> dict[str, list[bytes]]:
    folder.mkdir(parents=True)
    found: dict[str, list[bytes]] = {}
    for suffix in FORMATS:
        rate = 48_000 if suffix == ".opus" else 44_100
        for seed in range(SOURCES_PER_FORMAT):
            path = encode(folder / f"{seed}{suffix}", make_music(seconds, rate, seed), rate, 128_000)
            found.setdefault(suffix, []).append(path.read_bytes())
    return found


def distinct(content: bytes, suffix: str, number: int) -> bytes:
    """The file with something of its own: in the sound where that is plain numbers, else behind it."""
    mark = number.to_bytes(4, "big")
    if suffix in (".wav", ".aiff"):
        return content[:5_000] + mark + content[5_004:]
    if suffix == ".m4a":
        return content + b"\0\0\0\x0cmark" + mark
    return content + b"mark" + mark


def break_file(path: Path, content: bytes, kind: str) -> None:
    if kind == "broken link":
        path.symlink_to("nowhere")
        return
    if kind in ("too short", "silent"):
        path = path.with_suffix(".wav")
        encode(path, make_music(0.4) if kind == "too short" else 0 * make_music(2.0), 22_050)
        return
    pieces = {"empty": b"", "text": b"no sound " * 500, "cut": content[:300], "zeros": bytes(5_000)}
    path.write_bytes(pieces.get(kind, content[:60] + bytes(500)))


class Memory:
    """The largest proportional set size of this process and its children together [MiB]."""

    def __init__(self) -> None:
        self.peak = 0.0
        self.samples: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(1.0):
            size = sum(proportional_mib(pid) for pid in [os.getpid(), *children(os.getpid())])
            self.samples.append(size)
            self.peak = max(self.peak, size)


def children(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    direct = [int(child) for child in found]
    return direct + [below for child in direct for below in children(child)]


def proportional_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def scan(folders: list[Path], manifest: Path, jobs: int, artifact: Path | None) -> dict[str, float]:
    """Scan, and account for all."""
    settings = Settings(artifact, 300.0, None, 120.0)
    plan = Plan(tuple(folders), settings, jobs, 120.0)
    start = time.perf_counter()
    with opened_manifest(manifest) as opened:
        run = find(plan, opened)
        states = Counter(str(outcome.state) for outcome in answer(plan, opened, run))
        genres = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
        rows = write_results(manifest.with_suffix(".jsonl"), results(opened, run), genres)
    seconds = time.perf_counter() - start
    counts = {state: states[state] for state in ("answered", "skipped", "failed")}
    assert sum(counts.values()) == run.found == rows
    return {"found": run.found, **counts, "seconds": round(seconds, 2)}


def rates(folders: list[Path], place: Path, rounds: int, artifact: Path | None) -> dict[str, float]:
    """Files a second with one process and with one a core, alternating; start of processes included."""
    cores = os.cpu_count() or 1
    measured: dict[int, list[float]] = {1: [], cores: []}
    for number in range(rounds):
        for jobs, found in measured.items():
            done = scan(folders, place / f"rate-{number}-{jobs}.sqlite", jobs, artifact)
            found.append(done["found"] / done["seconds"])
    one, all_cores = statistics.median(measured[1]), statistics.median(measured[cores])
    return {
        "cores": cores,
        "files_per_second_1": one,
        "files_per_second_all": all_cores,
        "share": all_cores / one / cores,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--artifact", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        # A copy: the artifact of a checkout may be replaced while this runs, which would make the second run a first.
        artifact = shutil.copytree(options.artifact or SHIPPED, place / "artifact")
        broken = make_library(place / "library", options.files, options.seconds)
        folders = sorted((place / "library").iterdir())
        part = folders[: max(1, len(folders) // 5)]
        rate = rates(part, place, options.rounds, artifact)
        with Memory() as memory:
            first = scan([place / "library"], place / "all.sqlite", os.cpu_count() or 1, artifact)
        second = scan([place / "library"], place / "all.sqlite", os.cpu_count() or 1, artifact)
        manifest_bytes = (place / "all.sqlite").stat().st_size
    half = len(memory.samples) // 2
    result = {
        "command": f"python benchmarks/scan.py --files {options.files} --seconds {options.seconds:g}",
        "load_at_end": os.getloadavg()[2],
        "seconds_of_sound_a_file": options.seconds,
        "broken": broken,
        "rate": rate,
        "first": first,
        "second": second,
        "second_run_faster": first["seconds"] / second["seconds"],
        "peak_memory_mib": memory.peak,
        "peak_memory_first_half_mib": max(memory.samples[:half], default=0.0),
        "manifest_bytes_a_file": manifest_bytes / first["found"],
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
