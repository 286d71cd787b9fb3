"""Reading by libsndfile: wav, flac, ogg, aiff, au, caf, w64; mp3 and opus where PyAV is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import soundfile
from numpy.typing import NDArray

from clipfeat.decoding.source import OpenSource
from clipfeat.decoding.stream import CannotRead, mean_of_channels
from clipfeat.decoding.wav import wav_seconds

__all__ = ["SoundfileDecoder", "open_soundfile"]

_BLOCK_VALUES = 1 << 18
_NOTICEABLE_SECONDS = 0.1


class SoundfileDecoder:
    """An open libsndfile handle."""

    def __init__(self, handle: soundfile.SoundFile, announced_seconds: float) -> None:
        self._handle = handle
        self._announced_seconds = announced_seconds
        self.sample_rate = int(handle.samplerate)
        self.channels = int(handle.channels)
        self.damaged_after: int | None = None

    def raw_blocks(self, warnings: list[str]) -> Iterator[NDArray[np.float32]]:
        """Mono blocks of at most 256 Ki values over all channels.

        A damaged place ends them and leaves the number of samples before it in `damaged_after`.
        """
        buffer = np.empty((max(1, _BLOCK_VALUES // self.channels), self.channels), np.float32)
        read = 0
        while True:
            try:
                block = self._handle.read(out=buffer)
            except (soundfile.SoundFileError, MemoryError, RuntimeError):
                self.damaged_after = read
                return
            if not len(block):
                break
            read += len(block)
            yield mean_of_channels(block)
        heard = read / self.sample_rate
        if self._announced_seconds - heard > _NOTICEABLE_SECONDS:
            announced = self._announced_seconds
            warnings.append(f"its header announces {announced:.2f} s, only {heard:.2f} s could be decoded")


@contextmanager
def open_soundfile(source: OpenSource) -> Iterator[SoundfileDecoder]:
    """Open by libsndfile. Raises CannotRead."""
    announced = wav_seconds(source.file) if source.kind == "wav" else 0.0
    source.file.seek(0)
    # A descriptor spares the callbacks into Python, which would hold the interpreter's lock.
    target = source.file.fileno() if source.is_plain_file else source.file
    try:
        handle = soundfile.SoundFile(target, closefd=False)
    except (soundfile.SoundFileError, MemoryError, RuntimeError, TypeError, ValueError) as error:
        raise CannotRead(str(error)) from error
    with handle:
        if handle.samplerate < 1 or handle.channels < 1:
            raise CannotRead("impossible rate or number of channels")
        yield SoundfileDecoder(handle, announced or len(handle) / handle.samplerate)
