"""Files heard in worker processes: a file that ends its process costs that file alone."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import Final

from genrekit.errors import DECODER_ENDED, AudioError
from genrekit.pipeline.hearing import HearingParams, Outcome, Store, hear_file
from genrekit.steps.embeddings import Backbone, load_backbone

_AHEAD: Final = 2


def hear_all(
    paths: Sequence[Path], store: Store, model: bytes, params: HearingParams, jobs: int
) -> Iterator[tuple[Path, Outcome]]:
    """Hear files, those heard before from the store; each is kept at once.

    Args:
        paths: of the files.
        store: where what was heard is found and kept.
        model: the backbone's graph.
        params: how much is heard.
        jobs: worker processes.

    Yields:
        Each file with what was heard, or why nothing was, as they are done.

    Raises:
        OSError: the store cannot be written.
    """
    left = list(paths)
    while left:
        done: set[Path] = set()
        try:
            for path, outcome in _in_workers(left, store, model, params, jobs):
                done.add(path)
                yield path, outcome
        except BrokenProcessPool:
            # One of those under way did it; one by one the culprit is found, and only it is lost.
            suspects = [path for path in left if path not in done][: jobs * _AHEAD]
            for path in suspects:
                done.add(path)
                yield path, _alone(path, store, model, params)
        left = [path for path in left if path not in done]


def _in_workers(
    paths: Sequence[Path], store: Store, model: bytes, params: HearingParams, jobs: int
) -> Iterator[tuple[Path, Outcome]]:
    # Fresh processes, not copies of this one: what runs graphs does not survive being copied.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _begin, (store, model, params)) as pool:
        waiting = iter(paths)
        pending: dict[Future[Outcome], Path] = {}
        while True:
            pending |= {pool.submit(_work, path): path for path in islice(waiting, jobs * _AHEAD - len(pending))}
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                yield pending.pop(future), future.result()


def _alone(path: Path, store: Store, model: bytes, params: HearingParams) -> Outcome:
    try:
        ((_, outcome),) = _in_workers([path], store, model, params, 1)
    except BrokenProcessPool:
        return AudioError(DECODER_ENDED, str(path), "ended the process that decoded it")
    return outcome


_worker: dict[str, tuple[Store, Backbone, HearingParams]] = {}


def _begin(store: Store, model: bytes, params: HearingParams) -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _worker["self"] = (store, load_backbone(model), params)


def _work(path: Path) -> Outcome:
    store, backbone, params = _worker["self"]
    return hear_file(path, store, backbone, params)
