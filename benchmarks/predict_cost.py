"""What an answer costs: CPU seconds of `genrekit predict` on a 30-s file, in a new process, and where they go.

Writes ``benchmarks/results/predict_cost.json``. Processes alternate with an empty interpreter, so that the
machine's noise meets both; medians are reported.

    python benchmarks/predict_cost.py [--rounds 9]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

import clipfeat
from genrekit import Predictor

RESULT = Path(__file__).parent / "results" / "predict_cost.json"
RATE = 22_050
SECONDS = 30

# Each adds something to the one before; the difference is what that costs.
PROGRAMS = {
    "python": "pass",
    "numpy": "import numpy",
    "onnxruntime": "import numpy, onnxruntime",
    "command line": "import numpy, onnxruntime, genrekit.cli.app, genrekit.cli.predict",
    "loaded": "import genrekit.cli.app, genrekit.cli.predict; from genrekit import Predictor; Predictor.load()",
    "answered": "import sys; from genrekit.cli.main import main; sys.argv = ['genrekit', 'predict', {path!r}]; main()",
}


class StepTimes:
    """Collects what the predictor tells of its steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def step(self, name: str, seconds: float) -> None:
        self.seconds.setdefault(name, []).append(seconds)


def as_installed(bytecode: Path) -> dict[str, str]:
    """The environment of a program whose modules are compiled already, as an installer leaves them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # The thread count as the command line sets it before it imports NumPy; here for what does not pass through it, too.
    return kept | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPYCACHEPREFIX": str(bytecode)}


def cpu_seconds(program: str, environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def write_song(path: Path) -> Path:
    time = np.arange(SECONDS * RATE) / RATE
    noise = np.random.default_rng(0).normal(0, 0.02, len(time))
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 220 * time) * (1 + np.sin(2 * np.pi * 2 * time)) / 2 + noise, RATE)
    return path


def cold(path: Path, rounds: int) -> dict[str, float]:
    environment = as_installed(path.with_name("bytecode"))
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    # The first round compiles.
    for _ in range(rounds + 1):
        for name, program in PROGRAMS.items():
            times[name].append(cpu_seconds(program.format(path=str(path)), environment))
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def warm(path: Path, rounds: int) -> dict[str, float]:
    times = StepTimes()
    predictor = Predictor.load(observer=times)
    for _ in range(rounds + 1):
        predictor.predict(path)
    return {name: statistics.median(values[1:]) for name, values in times.seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        path = write_song(Path(folder) / "song.wav")
        result = {
            "command": "python benchmarks/predict_cost.py",
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "kernel": clipfeat.kernel_name(),
            "audio_seconds": SECONDS,
            "rounds": rounds,
            "cold_cpu_seconds": cold(path, rounds),
            "warm_wall_seconds": warm(path, rounds),
        }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
