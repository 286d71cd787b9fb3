"""Measure clipfeat against its rivals and itself: `python benchmarks/run.py [--rounds 7] [--audio FILE]`.

One process, one thread unless said, methods alternating, CPU time (the machine may be shared), medians. Writes
`benchmarks/results/features.json`; `benchmarks/render.py` puts it into the README.
"""

import os

# Before NumPy is imported: one thread for every product of matrices, in every library.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from clip import RATE, synthesise
from numpy.typing import NDArray
from rivals import librosa_matrices, rivals

import clipfeat
from clipfeat import FeatureConfig, kernels
from clipfeat.plan import plan_for

RESULT = Path(__file__).parent / "results" / "features.json"
PLAN = plan_for(FeatureConfig())
Samples = NDArray[np.float32]
Call = Callable[[], object]

COLD = """
import resource, sys
import clipfeat
clipfeat.extract_tabular(clipfeat.load(sys.argv[1]))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime + usage.ru_stime)
"""

# Peak memory is reset where the system allows it, so that imports do not hide behind their own peak.
MEMORY = """
import sys, clipfeat, soundfile
samples, _ = soundfile.read(sys.argv[1], dtype="float32")
def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
open("/proc/self/clear_refs", "w").write("5")
before = peak()
clipfeat.extract_tabular(samples)
print(peak() - before)
"""


def with_kernel(name: str, function: Callable[..., object], *arguments: object) -> object:
    with kernels.use_kernel(name):
        return function(*arguments)


def alternate(calls: dict[str, Call], rounds: int, repeats: int = 3) -> dict[str, float]:
    """Median CPU seconds of one call of each, after a first one that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            start = time.process_time()
            for _ in range(repeats):
                call()
            if number:
                seconds[name].append((time.process_time() - start) / repeats)
    return {name: statistics.median(values) for name, values in seconds.items()}


def kernel_calls(function: Callable[..., object], *arguments: object) -> dict[str, Call]:
    return {name: partial(with_kernel, name, function, *arguments) for name in kernels.available_kernels()}


def tables(samples: Samples, rounds: int) -> dict[str, object]:
    """The 57 columns: seconds of every kernel and every rival, what each computes, and who was missing."""
    own = kernel_calls(kernels.tabular, samples, PLAN)
    others = rivals()
    calls: dict[str, Call] = {r.name: partial(r.run, samples) for r in others if r.run}
    # Rivals take seconds, kernels milliseconds: several calls of the latter make one measurement.
    seconds = alternate({**{name: partial(_often, call, 5) for name, call in own.items()}, **calls}, rounds, repeats=1)
    return {
        "seconds": {name: value / 5 if name in own else value for name, value in seconds.items()},
        "what": {r.name: r.what for r in others},
        "missing": {r.name: r.reason for r in others if not r.run},
    }


def _often(call: Call, times: int) -> None:
    for _ in range(times):
        call()


def matrices(samples: Samples, rounds: int) -> dict[str, dict[str, float]]:
    """The three matrices by every kernel and by librosa."""
    at_16k = samples[: round(len(samples) / RATE * 16000)]
    own: dict[str, tuple[Callable[..., object], tuple[object, ...]]] = {
        "log-mel": (kernels.logmel, (samples, PLAN)),
        "MFCC": (kernels.mfcc, (samples, PLAN)),
        "MusiCNN": (kernels.musicnn_mel_power, (at_16k,)),
    }
    try:
        theirs = librosa_matrices()
    except ImportError as error:
        print(f"matrices of librosa: skipped, {error}")
        theirs = {}
    out = {}
    for name, (function, arguments) in own.items():
        calls = kernel_calls(function, *arguments)
        if name in theirs:
            calls["librosa"] = partial(theirs[name], at_16k if name == "MusiCNN" else samples)
        out[name] = alternate(calls, rounds)
    return out


def threads(samples: Samples, rounds: int) -> dict[str, float]:
    """Clips a second of wall time by one and two threads; medians of neighbouring rounds, and the best of each."""
    clips = [samples[start:] for start in range(32)]

    def work(pool: ThreadPoolExecutor) -> float:
        start = time.perf_counter()
        for _ in pool.map(partial(kernels.tabular, plan=PLAN), clips):
            pass
        return len(clips) / (time.perf_counter() - start)

    rates: dict[int, list[float]] = {1: [], 2: []}
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(2) as two:
        for pool in (one, two):
            work(pool)
        for _ in range(3 * rounds):
            rates[1].append(work(one))
            rates[2].append(work(two))
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    return {
        "one": statistics.median(rates[1]),
        "two": statistics.median(rates[2]),
        "ratio": statistics.median(ratios),
        "ratio_of_best": max(rates[2]) / max(rates[1]),
    }


def in_processes(program: str, path: Path, rounds: int) -> dict[str, float]:
    """Median of the number a program prints in a new process, compiled and pure, one process to warm the disk."""
    found: dict[str, list[float]] = {kernels.available_kernels()[0]: [], "plain": []}
    for number in range(rounds + 1):
        for name, values in found.items():
            environment = {**os.environ, "CLIPFEAT_PURE": "1" if name == "plain" else ""}
            command = [sys.executable, "-c", program, str(path)]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            if number:
                values.append(float(done.stdout))
    return {name: statistics.median(values) for name, values in found.items()}


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    fields = dict(line.split("\t: ", 1) for line in info.read_text().splitlines() if "\t: " in line)
    names = {key.strip(): value for key, value in fields.items()}
    return (
        f"{names.get('model name', platform.machine())}, family {names.get('cpu family', '?')}, {os.cpu_count()} cores"
    )


def measure(samples: Samples, rounds: int) -> dict[str, object]:
    short = samples[: 3 * RATE].copy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        soundfile.write(path, samples, RATE, subtype="PCM_16")
        cold = in_processes(COLD, path, rounds)
        memory = in_processes(MEMORY, path, rounds) if sys.platform == "linux" else {}
    return {
        "processor": processor(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "clipfeat": clipfeat.__version__,
        "rounds": rounds,
        "clip_seconds": len(samples) / RATE,
        "command": "python benchmarks/run.py",
        "tables": tables(samples, rounds),
        "short": alternate(kernel_calls(kernels.tabular, short, PLAN), 3 * rounds),
        "matrices": matrices(samples, rounds),
        "threads": threads(samples, rounds),
        "cold_cpu_seconds": cold,
        "peak_kib": memory,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--audio", type=Path, help="a mono file at 22050 Hz instead of the synthesised clip")
    parser.add_argument("--output", type=Path, default=RESULT)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    samples = soundfile.read(arguments.audio, dtype="float32")[0] if arguments.audio else synthesise(30)
    result = measure(samples, arguments.rounds)
    arguments.output.parent.mkdir(exist_ok=True)
    arguments.output.write_text(json.dumps(result, indent=1) + "\n")
    for name, reason in result["tables"]["missing"].items():  # type: ignore[index]
        print(f"{name}: skipped, {reason}")
    print(f"wrote {arguments.output}")


if __name__ == "__main__":
    main()
