"""The extension module by itself: it checks what it is handed, frees what it takes, leaves the processor as it was."""

import ctypes
import gc
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from signals import music, noise

from clipfeat import FeatureConfig, kernels
from clipfeat.plan import plan_for

if kernels.available_kernels() == ("plain",):
    pytest.skip("clipfeat was built without its compiled kernels", allow_module_level=True)

from clipfeat.kernels import _compiled, _speedups

PLAN = plan_for(FeatureConfig())
TABLES = _compiled._tables_of(PLAN)
SAMPLES = noise(30_000)
N_FRAMES = PLAN.config.n_frames(len(SAMPLES))


def with_table(place: int, table: object) -> tuple[Any, ...]:
    return (*TABLES[:place], table, *TABLES[place + 1 :])


def tabular(samples: Any = SAMPLES, tables: Any = TABLES, bank: Any = PLAN.chroma_bank, out: Any = None) -> None:
    _speedups.tabular(0, samples, tables, bank, np.empty(57) if out is None else out)


WRONG_ARGUMENTS: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "samples of doubles": (lambda: tabular(SAMPLES.astype(np.float64)), ValueError, "samples: need"),
    "no samples": (lambda: tabular(SAMPLES[:0]), ValueError, "samples: need"),
    "strided samples": (lambda: tabular(SAMPLES[::2]), ValueError, "contiguous"),
    "misaligned samples": (
        lambda: tabular(np.frombuffer(bytes(4001), np.uint8)[1:].view(np.float32)),
        ValueError,
        "samples: need",
    ),
    "a short result": (lambda: tabular(out=np.empty(56)), ValueError, "out: need 57"),
    "a read-only result": (lambda: tabular(out=np.broadcast_to(0.0, 57)), ValueError, "."),
    "a result of floats": (lambda: tabular(out=np.empty(57, np.float32)), ValueError, "out: need 57"),
    "a small filterbank": (lambda: tabular(bank=lambda _: np.zeros(12, np.float32)), ValueError, "chroma_bank"),
    "a failing filterbank": (lambda: tabular(bank=lambda _: 1 / 0), ZeroDivisionError, "division"),
    "no filterbank": (lambda: tabular(bank=None), TypeError, "callable"),
    "a missing table": (lambda: tabular(tables=TABLES[:-1]), TypeError, "."),
    "a band outside": (
        lambda: tabular(tables=with_table(5, np.full(128, 1025, np.int32))),
        ValueError,
        "leaves the spectrum",
    ),
    "a negative band": (
        lambda: tabular(tables=with_table(5, np.full(128, -1, np.int32))),
        ValueError,
        "leaves the spectrum",
    ),
    "too few weights": (lambda: tabular(tables=with_table(7, TABLES[7][:-1])), ValueError, "weights"),
    "too few counts": (lambda: tabular(tables=with_table(6, TABLES[6][:-1])), ValueError, "mel_count: need 128"),
    "pitches beyond the spectrum": (lambda: tabular(tables=with_table(3, 1025)), ValueError, "do not fit"),
    "a ragged cosine table": (lambda: tabular(tables=with_table(11, TABLES[11].ravel()[1:])), ValueError, "do not fit"),
    "an unknown kernel": (
        lambda: _speedups.tabular(99, SAMPLES, TABLES, PLAN.chroma_bank, np.empty(57)),
        ValueError,
        "kernel: need an index below",
    ),
    "a small matrix": (
        lambda: _speedups.logmel(0, SAMPLES, TABLES, np.empty((128, N_FRAMES - 1), np.float32)),
        ValueError,
        "out: need",
    ),
    "few coefficients": (
        lambda: _speedups.mfcc(0, SAMPLES, TABLES, np.empty((19, N_FRAMES), np.float32)),
        ValueError,
        "out: need",
    ),
    "a short front end": (
        lambda: _speedups.musicnn_mel_power(0, SAMPLES, _compiled._short_bands(), np.empty(96, np.float32)),
        ValueError,
        "out: need",
    ),
    "an impossible axis": (
        lambda: _speedups.median31(0, SAMPLES, 30_000, 1, 2, np.empty_like(SAMPLES)),
        ValueError,
        "cannot run along axis 2",
    ),
    "an impossible shape": (
        lambda: _speedups.median31(0, SAMPLES, 1 << 40, 1 << 40, 0, np.empty_like(SAMPLES)),
        ValueError,
        "cannot run",
    ),
}


@pytest.mark.parametrize("what", WRONG_ARGUMENTS)
def test_refuses(what: str) -> None:
    call, error, message = WRONG_ARGUMENTS[what]
    with pytest.raises(error, match=message):
        call()


def test_read_only_samples_are_taken() -> None:
    samples = noise(4000)
    samples.setflags(write=False)
    out = np.empty(57)
    assert _speedups.tabular(0, samples, TABLES, PLAN.chroma_bank, out)
    assert np.isfinite(out).all()


def every_call(kernel: str) -> None:
    with kernels.use_kernel(kernel):
        kernels.tabular(SAMPLES, PLAN)
        kernels.logmel(SAMPLES, PLAN)
        kernels.mfcc(SAMPLES, PLAN)
        kernels.musicnn_mel_power(SAMPLES)
        kernels.median31(SAMPLES.reshape(100, -1), 0)
    for call, error, _ in WRONG_ARGUMENTS.values():
        with pytest.raises(error):
            call()


class _MallocInfo(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


def bytes_taken_from_malloc() -> int:
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        pytest.skip("this C library does not tell how much memory is taken (mallinfo2)")
    library.mallinfo2.restype = _MallocInfo
    info = library.mallinfo2()
    return int(info.uordblks + info.hblkhd)


def test_no_call_keeps_memory(kernel: str) -> None:
    every_call(kernel)
    taken = []
    for _ in range(4):
        gc.collect()
        taken.append(bytes_taken_from_malloc())
        for _ in range(10):
            every_call(kernel)
    # A leak grows every time; caches of the interpreter grow now and then. The smallest thing to forget, a state, is a
    # quarter of a kilobyte, its arrays are megabytes.
    assert min(np.diff(taken)) < 10 * 128


def test_no_call_keeps_objects(kernel: str) -> None:
    every_call(kernel)
    taken = []
    tracemalloc.start()
    try:
        for _ in range(12):
            gc.collect()
            taken.append(tracemalloc.get_traced_memory()[0])
            for _ in range(10):
                every_call(kernel)
    finally:
        tracemalloc.stop()
    # The interpreter's own caches fill up ever more slowly; a leak grows by the same amount every time.
    assert min(np.diff(taken)) < 10 * 128


def test_numbers_below_normal_live_on_after_a_call(kernel: str) -> None:
    every_call(kernel)
    tiny = np.array([1e-40], np.float32)
    assert (tiny * np.float32(0.5))[0] > 0


def test_subnormal_samples_are_silence(kernel: str) -> None:
    with kernels.use_kernel(kernel):
        row = kernels.tabular(np.full(5000, 1e-42, np.float32), PLAN)
    assert np.isfinite(row).all()


def test_threads_get_the_same_answers(kernel: str) -> None:
    clips = [music()[start:] for start in (0, 1000, 2000, 3000)]
    answers: dict[int, NDArray[np.float64]] = {}

    def work(number: int) -> None:
        answers[number] = kernels.tabular(clips[number % 4], PLAN)

    with kernels.use_kernel(kernel):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, answer in answers.items():
            np.testing.assert_array_equal(answer, kernels.tabular(clips[number % 4], PLAN))
    assert len(answers) == 8


def test_the_same_clip_gives_the_same_bits_at_any_address(kernel: str) -> None:
    samples = music()
    room = np.empty(len(samples) + 16, np.float32)
    with kernels.use_kernel(kernel):
        expected = kernels.tabular(samples, PLAN)
        for offset in range(1, 16, 5):
            moved = room[offset : offset + len(samples)]
            moved[:] = samples
            np.testing.assert_array_equal(kernels.tabular(moved, PLAN), expected)


def test_the_module_can_be_loaded_again() -> None:
    code = (
        "import sys, clipfeat.kernels._speedups as first\n"
        "del sys.modules['clipfeat.kernels._speedups']\n"
        "import importlib; second = importlib.import_module('clipfeat.kernels._speedups')\n"
        "print(second is not first, second.kernel_names() == first.kernel_names())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
