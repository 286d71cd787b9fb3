"""The simulation of many workers gives what can be reckoned by hand."""

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "scale_out.py"


@pytest.fixture(scope="module")
def scale_out():
    spec = importlib.util.spec_from_file_location("scale_out", PATH)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "scale_out", module)
        patch.setattr(sys, "path", list(sys.path))
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        spec.loader.exec_module(module)
        yield module


def rate(scale_out, workers, shards=400, **costs):
    free = {"files": (0.5,), "list": 0.0, "write": 0.0, "task": 0.0}
    return scale_out.steady_rate(scale_out.Simulation(scale_out.Costs(**(free | costs)), workers, shards))


def test_one_worker_takes_the_sum_of_all(scale_out):
    costs = scale_out.Costs((0.5,), list=0.01, write=0.02, task=0.1)
    seconds = scale_out.Simulation(costs, workers=1, shards=10, shard_files=4).run()
    # The first shard on its way there, ten shards at work, the last one written.
    assert seconds == pytest.approx(4 * 0.01 + 0.1 + 10 * 4 * 0.5 + 4 * 0.02)


@pytest.mark.parametrize("workers", [1, 2, 16])
def test_without_anything_in_common_workers_add_up(scale_out, workers):
    assert rate(scale_out, workers) == pytest.approx(workers / 0.5, rel=0.05)


@pytest.mark.parametrize(
    ("costs", "limit"),
    [
        ({"task": 0.2}, 16 / 0.2),
        ({"write": 0.01}, 100.0),
        ({"list": 0.01}, 100.0),
        ({"list": 0.004, "write": 0.006}, 100.0),
        ({"file_bytes": 1e6, "link": 50e6}, 50.0),
    ],
)
def test_what_all_have_in_common_is_the_limit(scale_out, costs, limit):
    assert rate(scale_out, 200, shards=2_000, **costs) == pytest.approx(limit, rel=0.1)


def test_growth_names_its_limit(scale_out, monkeypatch):
    monkeypatch.setattr(scale_out, "WORKERS", (1, 256))
    rows = scale_out.growth(scale_out.Costs((0.5,), list=0.0, write=0.0, task=0.1))
    assert rows[0] | {"rate": 0} == {"workers": 1, "rate": 0, "share": 1.0, "limit": "none"}
    assert (rows[-1]["limit"], rows[-1]["share"] < 0.5) == ("task", True)


def test_files_of_different_cost_give_their_mean(scale_out):
    assert rate(scale_out, 4, shards=1_000, files=(0.2, 0.8)) == pytest.approx(8.0, rel=0.05)
