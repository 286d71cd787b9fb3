"""What a running genrekit may have in memory, and which room may import which library."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import genrekit

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "genrekit"
EXAMPLE = ROOT / "examples" / "classical.ogg"

# Libraries of training, plots and tables: slow to import, large to install.
NOT_TO_PREDICT = {
    "librosa",
    "matplotlib",
    "numba",
    "onnx",
    "pandas",
    "pyarrow",
    "scipy",
    "skl2onnx",
    "sklearn",
    "torch",
}

# The only room that may import a library, as a folder or a module of the package.
ROOMS = {
    "dask": "collection/distribute.py",
    "distributed": "collection/distribute.py",
    "dvc": "pipeline",
    "fastapi": "service",
    "gradio": "webapp",
    "matplotlib": "plots",
    "mlflow": "pipeline/tracking.py",
    "mutagen": "collection/tags.py",
    "onnx": "pipeline",
    "opentelemetry": "service",
    "pandas": "pipeline",
    "prometheus_client": "service",
    "scipy": "pipeline",
    "skl2onnx": "pipeline",
    "sklearn": "pipeline",
    "starlette": "service",
    "torch": "pipeline",
    "uvicorn": "service",
}


def loaded_after(code: str, *arguments: str) -> set[str]:
    """Top-level modules in memory once a fresh interpreter has run the code."""
    report = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    command = [sys.executable, "-c", f"{code}\n{report}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def imported_by(path: Path) -> set[str]:
    """Top-level names that a module imports anywhere, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_a_prediction_loads_no_training_library() -> None:
    predict = "import sys; from genrekit import Predictor; print(Predictor.load().predict(sys.argv[1]).genre)"
    loaded = loaded_after(predict, str(EXAMPLE))
    assert {"numpy", "onnxruntime", "clipfeat"} <= loaded
    assert not loaded & NOT_TO_PREDICT


def test_a_prediction_from_the_command_line_loads_no_training_library() -> None:
    run = (
        "import contextlib, sys; from genrekit.cli.main import main\n"
        "with contextlib.suppress(SystemExit): main()"
    )  # fmt: skip
    loaded = loaded_after(run, "predict", "--json", str(EXAMPLE))
    assert "onnxruntime" in loaded
    assert not loaded & NOT_TO_PREDICT


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_asking_for_little_loads_little(option: str) -> None:
    run = (
        "import contextlib, sys; from genrekit.cli.main import main\n"
        "with contextlib.suppress(SystemExit): main()"
    )  # fmt: skip
    assert not loaded_after(run, option) & {"av", "clipfeat", "numpy", "onnxruntime", "soundfile", *NOT_TO_PREDICT}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_stays_in_its_room(path: Path) -> None:
    strays = {
        library
        for library in imported_by(path) & ROOMS.keys()
        if not path.is_relative_to(PACKAGE / ROOMS[library])
    }  # fmt: skip
    assert not strays


def test_the_public_names_are_exactly_those_meant() -> None:
    assert sorted(genrekit.__all__) == list(genrekit.__all__)
    assert {"Predictor", "Prediction", "GenrekitError", "__version__"} <= set(genrekit.__all__)
    assert all(hasattr(genrekit, name) for name in genrekit.__all__)
