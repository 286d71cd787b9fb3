"""How a scan grows past one machine: stage times measured here, a simulation of many workers made of them.

Measures what each stage of a file costs in CPU seconds (list, fetch, know by content, decode, views, members, combine,
write) and what the cluster costs for each shard; runs real clusters of one and of two workers on loopback, and holds
the simulation against them; then simulates up to thousands of workers. Writes ``benchmarks/results/scale_out.json``.

    python benchmarks/scale_out.py [--files 48] [--rounds 2] [--again]

``--again`` measures nothing: it simulates anew with the stage times of the file.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import argparse
import heapq
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

RESULT = ROOT / "benchmarks" / "results" / "scale_out.json"
SHARD_FILES = 16
# Lengths of the tracks that are measured [s]: of the data sets, and of ordinary music.
LENGTHS = (30, 240)
WORKERS = tuple(2**power for power in range(12))
# Of the way from the storage to all workers together [Gbit/s]; None has no limit.
LINKS = (None, 1, 10, 100)
FORMATS = (".mp3", ".flac", ".ogg", ".m4a")
# libsndfile's Vorbis encoder overflows its stack when it is given minutes at once.
WRITTEN_IN_BLOCKS = (".flac", ".ogg")
# From here on growth counts as linear: the share of workers times the rate of one.
LINEAR = 0.9


# ------------------------------------------------------------------------------------------- simulation


@dataclass(frozen=True)
class Costs:
    """What a simulated scan is made of [s].

    Attributes:
        files: CPU seconds of a worker for one file, one number for each file measured.
        list: of the client to find and note a file.
        write: of the client to write down an answer.
        task: of the scheduler and the client for one shard, however many files it has.
        file_bytes: of a file, mean.
        link: bytes a second from the storage to all workers; None has no limit.
    """

    files: tuple[float, ...]
    list: float
    write: float
    task: float
    file_bytes: float = 0.0
    link: float | None = None


@dataclass
class Server:
    """Works on one thing at a time, in the order in which they come."""

    free_at: float = 0.0
    busy: float = 0.0

    def done_at(self, now: float, seconds: float) -> float:
        self.free_at = max(now, self.free_at) + seconds
        self.busy += seconds
        return self.free_at


@dataclass
class Simulation:
    """Shards on their way: client, scheduler, a worker that fetches and answers, scheduler, client."""

    costs: Costs
    workers: int
    shards: int
    shard_files: int = SHARD_FILES
    seed: int = 0
    servers: dict[str, Server] = field(default_factory=lambda: {name: Server() for name in ("client", "task", "link")})
    finished: list[float] = field(default_factory=list)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _now: float = 0.0
    _count: int = 0
    _submitted: int = 0
    _idle: int = 0
    _queue: deque[int] = field(default_factory=deque)

    def run(self) -> float:
        """Simulate to the end; returns the seconds it took."""
        self._random = random.Random(self.seed)  # noqa: S311 - not for secrets
        self._idle = self.workers
        # As the engine does: two shards a worker under way.
        for _ in range(min(2 * self.workers, self.shards)):
            self._submit()
        while self._events:
            self._now, _, happen = heapq.heappop(self._events)
            happen()
        return self._now

    def _at(self, moment: float, happen: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (moment, self._count, happen))

    def _submit(self) -> None:
        self._submitted += 1
        done = self.servers["client"].done_at(self._now, self.costs.list * self.shard_files)
        self._at(done, self._schedule)

    def _schedule(self) -> None:
        self._at(self.servers["task"].done_at(self._now, self.costs.task), self._arrive)

    def _arrive(self) -> None:
        self._queue.append(1)
        self._start()

    def _start(self) -> None:
        if not self._idle or not self._queue:
            return
        self._queue.popleft()
        self._idle -= 1
        seconds = sum(self._random.choices(self.costs.files, k=self.shard_files))
        fetched = self._now
        if self.costs.link is not None:
            transfer = self.costs.file_bytes * self.shard_files / self.costs.link
            fetched = self.servers["link"].done_at(self._now, transfer)
        self._at(fetched + seconds, self._answered)

    def _answered(self) -> None:
        self._idle += 1
        self._start()
        self._at(self.servers["client"].done_at(self._now, self.costs.write * self.shard_files), self._written)

    def _written(self) -> None:
        self.finished.append(self._now)
        if self._submitted < self.shards:
            self._submit()


def steady_rate(simulation: Simulation) -> float:
    """Files a second between a quarter and three quarters of all shards: without start and end."""
    simulation.run()
    first, last = len(simulation.finished) // 4, 3 * len(simulation.finished) // 4
    seconds = simulation.finished[last] - simulation.finished[first]
    return (last - first) * simulation.shard_files / seconds


def growth(costs: Costs) -> list[dict[str, Any]]:
    """Rate by number of workers, its share of so many times one worker, and what limits it."""
    rows = []
    one = None
    for workers in WORKERS:
        simulation = Simulation(costs, workers, shards=max(200, 12 * workers))
        rate = steady_rate(simulation)
        one = one or rate
        share = rate / one / workers
        busiest = max(simulation.servers, key=lambda name: simulation.servers[name].busy)
        rows.append({"workers": workers, "rate": rate, "share": share, "limit": busiest if share < LINEAR else "none"})
    return rows


# --------------------------------------------------------------------------------------------- measuring


class StepSeconds:
    """CPU seconds of each step: what has passed since the step before."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.last = 0.0

    def step(self, name: str, _wall: float) -> None:
        now = time.process_time()
        self.seconds["members" if name.startswith("member.") else name] += now - self.last
        self.last = now


def make_files(folder: Path, count: int, seconds: float) -> list[Path]:
    """Files of mixed formats, each a content of its own."""
    import soundfile
    from scan import distinct

    from tests.making import encode, make_music

    folder.mkdir()
    sources = {}
    for seed, suffix in enumerate(FORMATS):
        rate = 44_100
        path, samples = folder / f"source{suffix}", make_music(seconds, rate, seed)
        if suffix in WRITTEN_IN_BLOCKS:
            with soundfile.SoundFile(path, "w", rate, 1) as file:
                for start in range(0, len(samples), rate):
                    file.write(samples[start : start + rate])
        else:
            encode(path, samples, rate, 128_000)
        sources[suffix] = path.read_bytes()
        path.unlink()
    paths = []
    for number in range(count):
        suffix = FORMATS[number % len(FORMATS)]
        paths.append(folder / f"{number:05}{suffix}")
        paths[-1].write_bytes(distinct(sources[suffix], suffix, number))
    return paths


def measure_files(paths: list[Path]) -> dict[str, Any]:
    """CPU seconds of a worker by stage, for each file."""
    import fsspec

    from genrekit.collection.answering import identify
    from genrekit.collection.places import Url
    from genrekit.collection.remote import fetch
    from genrekit.predictor import Predictor

    memory = fsspec.filesystem("memory")
    observer = StepSeconds()
    predictor = Predictor.load(observer=observer)
    predictor.predict(paths[0])
    stages: dict[str, list[float]] = {}
    for path in paths:
        memory.pipe("/file", path.read_bytes())
        observer.seconds.clear()
        begin = time.process_time()
        with fetch(Url("memory://file"), 2**30) as copy:
            fetched = time.process_time()
            identify(copy, path.name)
            known = observer.last = time.process_time()
            copy.seek(0)
            predictor.predict(copy, max_seconds=300.0)
        seconds = {"fetch": fetched - begin, "identify": known - fetched, **observer.seconds}
        for name, value in (*seconds.items(), ("all", time.process_time() - begin)):
            stages.setdefault(name, []).append(round(value, 6))
    memory.store.clear()
    return {"file_bytes": statistics.mean(path.stat().st_size for path in paths), "seconds": stages}


def measure_client(paths: list[Path], place: Path) -> dict[str, float]:
    """CPU seconds of the client for one file: finding it, and writing its answer down, parts included."""
    from genrekit.collection.answering import Answer, Settings
    from genrekit.collection.manifest import opened_manifest
    from genrekit.collection.parts import opened_parts
    from genrekit.collection.scan import Plan, answer, find
    from genrekit.genres import GTZAN_GENRES
    from genrekit.predictor import Predictor

    prediction = Predictor.load().predict(paths[0])
    plan = Plan((place / "many",), Settings(None, 300.0, None, 120.0))
    (place / "many").mkdir()
    count = 4_000
    for number in range(count):
        (place / "many" / f"{number:05}.mp3").touch()

    def engine(_plan: Any, _manifest: Any, _run: Any, questions: Any) -> Any:
        for question in questions:
            yield question, Answer(f"c{question.place}", 0, 0, (), prediction)

    with opened_manifest(place / "client.sqlite") as manifest:
        begin = time.process_time()
        run = find(plan, manifest)
        found = time.process_time()
        with opened_parts(place / "client-parts", manifest, run, GTZAN_GENRES) as parts:
            for outcome in answer(plan, manifest, run, engine):
                parts.add(outcome.place)
        written = time.process_time()
    return {"list": (found - begin) / count, "write": (written - found) / count}


def measure_task(address: str, count: int = 400) -> float:
    """Wall seconds of the cluster for a shard that has nothing to do: what one worker gets done in a second."""
    import distributed

    with distributed.Client(address, set_as_default=False) as client:
        paths = tuple(f"/library/album/{number:06}.mp3" for number in range(SHARD_FILES))
        client.gather([client.submit(len, paths, key=f"warm-{number}") for number in range(20)])
        begin = time.perf_counter()
        client.gather([client.submit(len, paths, key=f"task-{number}") for number in range(count)])
        return (time.perf_counter() - begin) / count


def real_run(address: str, paths: list[Path], place: Path, name: str) -> float:
    """Seconds of a whole scan on a cluster that is warm."""
    from genrekit.collection.answering import Settings
    from genrekit.collection.distribute import DaskEngine
    from genrekit.collection.manifest import opened_manifest
    from genrekit.collection.parts import opened_parts
    from genrekit.collection.scan import Plan, answer, find
    from genrekit.genres import GTZAN_GENRES

    plan = Plan(tuple(paths), Settings(None, 300.0, None, 120.0))
    begin = time.perf_counter()
    with opened_manifest(place / f"{name}.sqlite") as manifest:
        run = find(plan, manifest)
        with opened_parts(place / name, manifest, run, GTZAN_GENRES) as parts:
            for outcome in answer(plan, manifest, run, DaskEngine(address, shard_files=4)):
                assert str(outcome.state) == "answered", outcome
                parts.add(outcome.place)
    return time.perf_counter() - begin


def measure_clusters(paths: list[Path], place: Path, rounds: int) -> dict[str, Any]:
    """What a task costs, and the seconds of real scans by one and by two workers, in turn."""
    from tests.collection.cluster import running_cluster

    measured: dict[int, list[float]] = {1: [], 2: []}
    for count in measured:
        (place / f"cluster-{count}").mkdir()
    with running_cluster(place / "cluster-1") as one, running_cluster(place / "cluster-2") as two:
        one.add_workers(1)
        two.add_workers(2)
        task = measure_task(one.address)
        for number in range(-1, rounds):
            for count, cluster in ((1, one), (2, two)):
                # The first round loads the artifact on all workers.
                asked = paths if number >= 0 else paths[: 8 * count]
                seconds = real_run(cluster.address, asked, place, f"run-{count}-{number}")
                if number >= 0:
                    measured[count].append(seconds)
    return {"task": task, "seconds": {str(count): statistics.median(found) for count, found in measured.items()}}


def measure(files: int, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        tracks = {seconds: make_files(place / f"s{seconds}", files * 30 // seconds, seconds) for seconds in LENGTHS}
        clusters = measure_clusters(tracks[LENGTHS[0]], place, rounds)
        return {
            "cores": os.cpu_count(),
            "load_at_start": os.getloadavg()[0],
            "files": files,
            "tracks": {str(seconds): measure_files(paths) for seconds, paths in tracks.items()},
            "client": measure_client(tracks[LENGTHS[0]], place),
            "cluster": clusters,
            "load_at_end": os.getloadavg()[0],
        }


# ------------------------------------------------------------------------------------------------ result


def costs_of(measured: dict[str, Any], seconds: int, link_gbit: float | None) -> Costs:
    track = measured["tracks"][str(seconds)]
    link = None if link_gbit is None else link_gbit * 1e9 / 8
    task, files = measured["cluster"]["task"], tuple(track["seconds"]["all"])
    return Costs(files, **measured["client"], task=task, file_bytes=track["file_bytes"], link=link)


def validate(measured: dict[str, Any]) -> dict[str, Any]:
    """The simulation of the real runs beside them."""
    costs = costs_of(measured, LENGTHS[0], None)
    simulate = partial(Simulation, costs, shards=measured["files"] // 4, shard_files=4)
    simulated = {str(count): simulate(workers=count).run() for count in (1, 2)}
    real = measured["cluster"]["seconds"]
    return {
        "real": real,
        "simulated": simulated,
        "real_gain": real["1"] / real["2"],
        "simulated_gain": simulated["1"] / simulated["2"],
        "error": {count: simulated[count] / real[count] - 1 for count in real},
    }


def simulate_all(measured: dict[str, Any]) -> list[dict[str, Any]]:
    scenes = []
    for seconds in LENGTHS:
        for link in LINKS:
            rows = growth(costs_of(measured, seconds, link))
            linear = max(row["workers"] for row in rows if row["share"] >= LINEAR)
            scenes.append({"track_seconds": seconds, "link_gbit": link, "linear_up_to": linear, "rows": rows})
    return scenes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    known = json.loads(RESULT.read_text())["measured"] if options.again else None
    measured = known or measure(options.files, options.rounds)
    result = {
        "command": f"python benchmarks/scale_out.py --files {measured['files']}",
        "measured": measured,
        "validation": validate(measured),
        "scenes": simulate_all(measured),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result["validation"], indent=1))
    for scene in result["scenes"]:
        print(scene["track_seconds"], scene["link_gbit"], scene["linear_up_to"], scene["rows"][-1])


if __name__ == "__main__":
    main()
