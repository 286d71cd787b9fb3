"""Which library reads which source, and who takes over where one gives up."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from clipfeat.decoding.source import OpenSource
from clipfeat.decoding.stream import CannotRead, Decoder
from clipfeat.errors import AudioError, AudioReason

__all__ = ["opened_decoder", "recovered_blocks"]

_Opener = Callable[[OpenSource], AbstractContextManager[Decoder]]

_FFMPEG_ONLY = frozenset({"m4a", "webm", "wma", "wavpack", "ape"})
# libmpg123 inside libsndfile writes notes on the process's stderr; FFmpeg keeps quiet, and is faster at opus.
_FFMPEG_BETTER = frozenset({"mp3", "opus"})


# Both libraries are imported when a file asks for them: features of samples in memory need neither.
def _by_soundfile(source: OpenSource) -> AbstractContextManager[Decoder]:
    from clipfeat.decoding.libsndfile import open_soundfile  # noqa: PLC0415

    return open_soundfile(source)


def _by_ffmpeg(source: OpenSource) -> AbstractContextManager[Decoder]:
    if not _has_ffmpeg():
        raise CannotRead("PyAV is not installed")
    from clipfeat.decoding.ffmpeg import open_ffmpeg  # noqa: PLC0415

    return open_ffmpeg(source)


@cache
def _has_ffmpeg() -> bool:
    return find_spec("av") is not None


def _openers(kind: str) -> tuple[_Opener, ...]:
    if kind in _FFMPEG_ONLY or (kind in _FFMPEG_BETTER and _has_ffmpeg()):
        return (_by_ffmpeg,)
    return (_by_soundfile, _by_ffmpeg)


@contextmanager
def opened_decoder(source: OpenSource) -> Iterator[Decoder]:
    """The first library that opens the source. Raises AudioError: not_audio, corrupt, unreadable."""
    with ExitStack() as stack:
        yield _first_that_opens(source, stack)


def _first_that_opens(source: OpenSource, stack: ExitStack) -> Decoder:
    complaints = []
    for opener in _openers(source.kind):
        try:
            return stack.enter_context(opener(source))
        except CannotRead as complaint:
            complaints.append(str(complaint).strip().rstrip("."))
            source.check_reader()
    raise _not_opened(source, complaints)


def _not_opened(source: OpenSource, complaints: list[str]) -> AudioError:
    if complaints == ["PyAV is not installed"]:
        detail = f"is {source.kind}, which needs PyAV: pip install 'clipfeat[formats]'"
        return source.error(AudioReason.UNREADABLE, detail)
    if "no audio stream" in complaints:
        return source.error(AudioReason.NOT_AUDIO, f"holds no sound ({source.kind or 'unknown format'})")
    if source.kind:
        return source.error(AudioReason.CORRUPT, f"begins like {source.kind} but cannot be decoded")
    return source.error(AudioReason.NOT_AUDIO, "is not audio of a known format")


def recovered_blocks(source: OpenSource, decoder: Decoder, warnings: list[str]) -> Iterator[NDArray[np.float32]]:
    """The decoder's blocks; where it gives up, FFmpeg, which skips damaged packets, goes on from there."""
    yield from decoder.raw_blocks(warnings)
    if decoder.damaged_after is None:
        return
    try:
        with _by_ffmpeg(source) as successor:
            if successor.sample_rate != decoder.sample_rate:
                raise CannotRead("another rate")
            yield from _without_first(successor.raw_blocks(warnings), decoder.damaged_after)
    except CannotRead:
        seconds = decoder.damaged_after / decoder.sample_rate
        warnings.append(f"it is damaged: what follows {seconds:.2f} s is lost")


def _without_first(blocks: Iterator[NDArray[np.float32]], samples: int) -> Iterator[NDArray[np.float32]]:
    for block in blocks:
        if samples < len(block):
            yield block[samples:]
        samples = max(0, samples - len(block))
