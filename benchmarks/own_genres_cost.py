"""What `genrekit train` costs for each track: CPU seconds of listening, which is nearly all of it.

    python benchmarks/own_genres_cost.py

Lengths alternate in one process; medians. The sound is made on the spot: the nets take as long for any.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from genrekit.artifact import read_artifact
from genrekit.pipeline.datasets.synth import write
from genrekit.pipeline.hearing import HearingParams, hear
from genrekit.steps.embeddings import load_backbone

RESULT = Path(__file__).parent / "results" / "own_genres_cost.json"
LENGTHS = (30, 240)
ROUNDS = 5


def main() -> None:
    backbone = load_backbone(read_artifact().files["backbone.onnx"])
    seconds: dict[int, list[float]] = {length: [] for length in LENGTHS}
    with tempfile.TemporaryDirectory() as folder:
        songs = {
            length: write(Path(folder, str(length)), genres=("arcade",), tracks_per_genre=1, seconds=length)[
                0
            ].read_bytes()
            for length in LENGTHS
        }
        hear(songs[LENGTHS[0]], backbone, HearingParams())
        for _ in range(ROUNDS):
            for length in LENGTHS:
                start = time.process_time()
                hear(songs[length], backbone, HearingParams())
                seconds[length].append(time.process_time() - start)
    result = {
        "command": "python benchmarks/own_genres_cost.py",
        "rounds": ROUNDS,
        "cpu_seconds": {str(length): median(rows) for length, rows in seconds.items()},
        "spread": {str(length): [min(rows), max(rows)] for length, rows in seconds.items()},
        "load_at_end": os.getloadavg()[0],
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
