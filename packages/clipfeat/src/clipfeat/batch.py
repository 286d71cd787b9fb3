"""Features of many files: threads, bounded memory, errors as values."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clipfeat.audio import DecodeLimits, Source, decode
from clipfeat.config import FeatureConfig
from clipfeat.decoding.source import name_of
from clipfeat.errors import AudioError, AudioReason, ClipfeatError, ConfigError
from clipfeat.framing import split_clips
from clipfeat.resample import resample
from clipfeat.tabular import extract_tabular

__all__ = ["Extracted", "Failed", "extract_many", "usable_cores"]

_AHEAD = 2


@dataclass(frozen=True, eq=False, slots=True)
class Extracted:
    """The features of one file.

    Attributes:
        name: the path, or what the file object calls itself.
        seconds: decoded length [s].
        starts: float64 (n_clips,), where each clip begins [s].
        values: float64 (n_clips, 17 + 2 n_mfcc), in the order of `tabular_names`.
        warnings: sentences on what could not be decoded.
    """

    name: str
    seconds: float
    starts: NDArray[np.float64]
    values: NDArray[np.float64]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Failed:
    """A file without features, and why."""

    name: str
    error: ClipfeatError


def extract_many(
    sources: Iterable[Source],
    config: FeatureConfig = FeatureConfig(),  # noqa: B008  (frozen)
    *,
    workers: int | None = None,
    ordered: bool = True,
    clip_seconds: float | None = None,
    limits: DecodeLimits = DecodeLimits(),  # noqa: B008  (frozen)
) -> Iterator[Extracted | Failed]:
    """Decode, resample to config.sample_rate and extract, file by file; results come as they are ready.

    A file that cannot be answered is a `Failed`, never an exception. Closing the generator cancels what has
    not begun.

    Args:
        sources: taken lazily, at most two a worker ahead, so that memory does not grow with their number.
        config: the settings.
        workers: threads; by default one for each core this process may use. The compiled kernels and
            libsndfile let them run side by side.
        ordered: in the order of the sources; False: as finished.
        clip_seconds: cut each file into clips of that length, one row each, dropping what is left at the end;
            by default the whole file is one clip.
        limits: on what is accepted.

    Raises:
        ConfigError: at once, for impossible workers or clip_seconds.
    """
    if workers is not None and workers < 1:
        raise ConfigError(f"workers must be at least 1 (got {workers})")
    if clip_seconds is not None and round(clip_seconds * config.sample_rate) < 1:
        raise ConfigError(f"clip_seconds must be positive (got {clip_seconds})")
    work = partial(_extract_one, config=config, clip_seconds=clip_seconds, limits=limits)
    return _results(sources, work, workers or usable_cores(), ordered)


def usable_cores() -> int:
    """Cores on which this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_Work = Callable[[Source], Extracted | Failed]


def _results(sources: Iterable[Source], work: _Work, workers: int, ordered: bool) -> Iterator[Extracted | Failed]:
    running: deque[Future[Extracted | Failed]] = deque()
    executor = ThreadPoolExecutor(workers, thread_name_prefix="clipfeat")
    try:
        for source in sources:
            running.append(executor.submit(work, source))
            if len(running) >= _AHEAD * workers:
                yield _next_result(running, ordered)
        while running:
            yield _next_result(running, ordered)
    finally:
        executor.shutdown(cancel_futures=True)


def _next_result(running: deque[Future[Extracted | Failed]], ordered: bool) -> Extracted | Failed:
    if ordered:
        return running.popleft().result()
    first = next(iter(wait(running, return_when=FIRST_COMPLETED).done))
    running.remove(first)
    return first.result()


def _extract_one(
    source: Source, config: FeatureConfig, clip_seconds: float | None, limits: DecodeLimits
) -> Extracted | Failed:
    name = name_of(source)
    try:
        return _features(source, name, config, clip_seconds, limits)
    except ClipfeatError as error:
        return Failed(name, error)
    except MemoryError:
        return Failed(name, AudioError(AudioReason.TOO_LARGE, "needs more memory than there is", name))


def _features(
    source: Source, name: str, config: FeatureConfig, clip_seconds: float | None, limits: DecodeLimits
) -> Extracted:
    audio = decode(source, limits=limits)
    seconds = len(audio.samples) / audio.sample_rate
    samples = resample(audio.samples, audio.sample_rate, config.sample_rate)
    clips = [samples] if clip_seconds is None else split_clips(samples, config, seconds=clip_seconds)
    if not clips:
        detail = f"lasts {seconds:.2f} s, less than one clip of {clip_seconds:g} s"
        raise AudioError(AudioReason.TOO_SHORT, detail, name)
    values = np.stack([extract_tabular(clip, config) for clip in clips])
    starts = np.arange(len(clips), dtype=np.float64) * len(clips[0]) / config.sample_rate
    return Extracted(name, seconds, starts, values, audio.warnings)
