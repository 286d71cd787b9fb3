"""How safe writing tags is: processes that write are killed at random, on a disk that is full at times.

Writes ``benchmarks/results/tag_safety.json``: how many changes were made, refused and killed; how many files
were broken or lost another tag (must be 0), and how many did not get their old bytes back (must be 0).

    python benchmarks/tag_safety.py [--writes 10000]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.collection.tagged import CONTAINERS
from tests.faults.killing import soak

RESULT = ROOT / "benchmarks" / "results" / "tag_safety.json"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes", type=int, default=10_000)
    writes = parser.parse_args().writes
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        counts = soak(Path(folder) / "music", Path(folder) / "journals", writes=writes)
    result = {
        "command": f"python benchmarks/tag_safety.py --writes {writes}",
        "containers": list(CONTAINERS),
        **counts,
        "seconds": round(time.perf_counter() - start),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
    return 1 if counts["broken"] or counts["not_restored"] else 0


if __name__ == "__main__":
    sys.exit(main())
