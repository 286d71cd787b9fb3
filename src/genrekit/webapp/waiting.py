"""Waiting without being stuck: work goes on in a thread while the page is told how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final, TypeVar

_T = TypeVar("_T")
_Told = TypeVar("_Told")
_EVERY: Final = 0.5
# Whoever cancels leaves a thread behind until its file is answered; a few more keep the page alive meanwhile.
_THREADS: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="genrekit-app")


def waited(work: Callable[[], _T], tell: Callable[[float], _Told]) -> Generator[_Told, None, _T]:
    """Yield what is told of the seconds waited so far, twice a second, until the work is done; return its result.

    Args:
        work: to be done in a thread.
        tell: from seconds waited to what is yielded.

    Raises:
        Exception: whatever the work raises.
    """
    begun = time.monotonic()
    future = _THREADS.submit(work)
    try:
        while not wait([future], _EVERY).done:
            yield tell(time.monotonic() - begun)
        return future.result()
    finally:
        # Work that has not begun need not begin for someone who has gone.
        future.cancel()
