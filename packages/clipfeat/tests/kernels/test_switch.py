"""The one switch between kernels."""

import os
import subprocess
import sys

import pytest

from clipfeat import kernel_name, kernels

COMPILED = [name for name in kernels.available_kernels() if name != "plain"]


def in_new_process(code: str, **environment: str) -> str:
    environment = {**os.environ, "CLIPFEAT_PURE": "", **environment}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


SHOW = "from clipfeat import kernels, kernel_name; print(kernel_name(), *kernels.available_kernels())"


def test_the_best_kernel_is_in_use_and_plain_is_always_there() -> None:
    names = in_new_process(SHOW).split()
    assert names[0] == names[1]
    assert names[-1] == "plain"


def test_pure_leaves_plain_alone() -> None:
    assert in_new_process(SHOW, CLIPFEAT_PURE="1") == "plain plain"
    assert in_new_process(SHOW, CLIPFEAT_PURE="0") == in_new_process(SHOW)


def test_a_missing_extension_leaves_plain_alone() -> None:
    hide = "import sys; sys.modules['clipfeat.kernels._speedups'] = None; "
    assert in_new_process(hide + SHOW) == "plain plain"


def test_a_broken_extension_is_heard_of() -> None:
    broken = (
        "import importlib.machinery, sys, types; name = 'clipfeat.kernels._speedups'; broken = types.ModuleType(name)\n"
        "broken.__spec__ = importlib.machinery.ModuleSpec(name, None); sys.modules[name] = broken\n"
        "try:\n    import clipfeat\nexcept AttributeError as error:\n    print(error)"
    )
    assert "kernel_names" in in_new_process(broken)


def test_a_kernel_is_used_inside_its_block_alone() -> None:
    before = kernel_name()
    with kernels.use_kernel("plain"):
        assert kernel_name() == "plain"
    assert kernel_name() == before


def test_an_unknown_kernel_is_refused_by_name() -> None:
    with (
        pytest.raises(ValueError, match=r"kernel 'mmx' is not available here; there are .*plain"),
        kernels.use_kernel("mmx"),
    ):
        pass


def test_compiled_kernels_bear_the_names_of_their_instruction_sets() -> None:
    assert set(COMPILED) <= {"avx512", "avx2", "sse4", "neon", "portable"}
