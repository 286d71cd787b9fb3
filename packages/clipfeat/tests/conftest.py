"""Every test of features runs over every kernel this machine can run; recordings come from GENREKIT_DATA."""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipfeat import kernels


def pytest_configure(config: pytest.Config) -> None:
    """Gives each worker a cache of its own for what librosa compiles.

    Numba names the compiled variants of a function by counting: two workers that fill one empty cache may take the
    same number for different argument types, and every later process that loads it crashes.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["NUMBA_CACHE_DIR"] = str(config.rootpath / ".pytest_cache" / f"numba-{worker}")


@pytest.fixture(params=kernels.available_kernels())
def kernel(request: pytest.FixtureRequest) -> Iterator[str]:
    """Runs the test once with each kernel."""
    with kernels.use_kernel(request.param):
        yield request.param


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder of recordings and public tables; its layout is that of an `index.csv` data set."""
    root = os.environ.get("GENREKIT_DATA")
    if not root:
        pytest.skip("GENREKIT_DATA is not set: no recordings to compare the public tables with")
    return Path(root)


@pytest.fixture(scope="session")
def lossless_tracks(data_root: Path) -> dict[str, Path]:
    """Name to path of every lossless whole track."""
    with (data_root / "index.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lossless"] == "1" and row["kind"] == "whole"]
    return {row["name"]: data_root / row["audio"] for row in rows}


@pytest.fixture(scope="session")
def table(data_root: Path) -> Callable[[str], dict[str, dict[str, str]]]:
    """Reads a public table: file name without its last suffix, to row."""

    def read(name: str) -> dict[str, dict[str, str]]:
        with (data_root / "tables" / name).open(newline="") as file:
            return {row["filename"].removesuffix(".wav"): row for row in csv.DictReader(file)}

    return read


@pytest.fixture(scope="session")
def golden() -> dict[str, NDArray[np.float64]]:
    """What librosa 0.11 gave for the synthesised signals; golden/PROVENANCE.md says how it was made."""
    with np.load(Path(__file__).parent / "golden" / "librosa_0_11.npz", allow_pickle=False) as file:
        return dict(file)
