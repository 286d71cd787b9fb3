"""How long the web app keeps people waiting: from a cold start to a page, and from a dropped mp3 to its answer.

    python benchmarks/webapp.py

Needs the extra "browser" and a chromium. Each drop is a session of its own, so that nothing is warm but the process.
Writes ``benchmarks/results/webapp.json``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np
from playwright.sync_api import Browser, sync_playwright

import clipfeat
from tests.browser.driving import drop, genre_on, launch, opened, running_app
from tests.making import EXAMPLES, encode

RESULT = ROOT / "benchmarks" / "results" / "webapp.json"
SECONDS = 30.0
DROPS = 7


def thirty_seconds(folder: Path) -> Path:
    """An example, begun again until it is as long as a track of GTZAN."""
    sound = clipfeat.decode(EXAMPLES / "rock.ogg")
    samples = np.resize(sound.samples, round(SECONDS * sound.sample_rate))
    return encode(folder / "song.mp3", samples, sound.sample_rate)


def dropped(browser: Browser, url: str, song: Path) -> dict[str, float]:
    """Seconds from a drop to the answer with bars and timeline, and to all evidence."""
    page, _ = opened(browser, url)
    begun = time.perf_counter()
    drop(page, song)
    genre_on(page)
    page.wait_for_selector(".gk-timeline")
    answered = time.perf_counter() - begun
    page.wait_for_selector("#gk-why img.gk-picture")
    explained = time.perf_counter() - begun
    page.context.close()
    return {"answered": answered, "explained": explained}


def measure(folder: Path) -> dict[str, object]:
    song = thirty_seconds(folder)
    # What an installer has compiled; the benchmark compiles it for itself, so that it leaves nothing behind.
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    program = [sys.executable, "-c", "import genrekit.cli.app, genrekit.webapp.app"]
    subprocess.run(program, check=True, env=os.environ | compiled)
    begun = time.perf_counter()
    with running_app(folder, environment=compiled) as url, sync_playwright() as playwright:
        listening = time.perf_counter() - begun
        browser = launch(playwright)
        opening = time.perf_counter()
        page, _ = opened(browser, url)
        usable = listening + time.perf_counter() - opening
        page.context.close()
        drops = [dropped(browser, url, song) for _ in range(DROPS)]
        browser.close()
    return {
        "command": "python benchmarks/webapp.py",
        "cold_start_to_usable_page_s": round(usable, 2),
        "first_drop_to_answer_s": round(drops[0]["answered"], 2),
        "drop_to_answer_s": round(statistics.median(one["answered"] for one in drops[1:]), 2),
        "drop_to_evidence_s": round(statistics.median(one["explained"] for one in drops[1:]), 2),
        "drops": DROPS,
        "song": f"{SECONDS:g} s of mp3",
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "gradio": version("gradio"),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        result = measure(Path(name))
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
