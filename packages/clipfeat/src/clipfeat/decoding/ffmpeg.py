"""Reading by FFmpeg (PyAV): m4a, opus, webm, wma, mp3, and what is left of damaged files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import av
import av.error
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream as AvStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from clipfeat.decoding.source import OpenSource
from clipfeat.decoding.stream import CannotRead, mean_of_channels
from clipfeat.errors import AudioReason

__all__ = ["FfmpegDecoder", "open_ffmpeg"]

# Playlists and the like would open other files; everything here holds its sound itself.
_FORMATS = "wav,aiff,au,flac,mp3,ogg,mov,matroska,asf,aac,wv,w64,caf,ape,ac3"
_GUESSED_DURATIONS = ("mp3", "aac", "ac3")
_FAILURES = (av.error.FFmpegError, MemoryError, EOFError)
_MAX_BARREN_READS = 50
_NOTICEABLE_SECONDS = 0.25
_AAC_FRAME = 1024


class FfmpegDecoder:
    """An open container and its first audio stream."""

    def __init__(self, source: OpenSource, container: InputContainer, stream: AvStream) -> None:
        self._source = source
        self._container = container
        self._stream = stream
        self.sample_rate = int(stream.codec_context.sample_rate)
        self.channels = int(stream.codec_context.channels)
        self.damaged_after: int | None = None
        self._bad_packets = 0
        self._lost_seconds = 0.0

    def raw_blocks(self, warnings: list[str]) -> Iterator[NDArray[np.float32]]:
        """Mono blocks, one a frame of the codec. Damaged packets are skipped and reported.

        Raises AudioError (not_audio) at the end where chance alone made some bytes look like sound.
        """
        heard = 0
        delay = None
        for packet in self._packets():
            delay = _unannounced_delay(self._stream, packet) if delay is None else delay
            for frame in self._decoded(packet):
                block = mean_of_channels(_values(frame))
                heard += len(block)
                block, delay = block[delay:], max(0, delay - len(block))
                if len(block):
                    yield block
        self._report(heard / self.sample_rate, warnings)

    def _packets(self) -> "Iterator[Packet[AvStream]]":
        """Packets of the stream, over damaged places, until several reads in a row bring none."""
        barren = 0
        while barren < _MAX_BARREN_READS:
            try:
                for packet in self._container.demux(self._stream):
                    barren = 0
                    yield packet
            except _FAILURES:
                self._bad_packets += 1
                barren += 1
            else:
                return

    def _decoded(self, packet: "Packet[AvStream]") -> list[AudioFrame]:
        """Frames of a packet that keep the announced rate; none where it is damaged."""
        try:
            frames = self._stream.codec_context.decode(packet)
        except _FAILURES:
            self._bad_packets += 1
            self._lost_seconds += float((packet.duration or 0) * (packet.time_base or 0))
            return []
        kept = [frame for frame in frames if frame.sample_rate == self.sample_rate]
        self._bad_packets += len(frames) - len(kept)
        self._lost_seconds += sum(frame.samples / frame.sample_rate for frame in frames if frame not in kept)
        return kept

    def _announced_seconds(self) -> float:
        """Duration by the container's tables; 0 where it is unknown or guessed from the bit rate."""
        if self._container.format.name in _GUESSED_DURATIONS:
            return 0.0
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base)
        return (self._container.duration or 0) / av.time_base

    def _report(self, heard_seconds: float, warnings: list[str]) -> None:
        missing = self._announced_seconds() - heard_seconds
        if not self._source.kind and self._lost_seconds > heard_seconds:
            raise self._source.error(AudioReason.NOT_AUDIO, "is not audio of a known format")
        if self._bad_packets:
            lost = max(self._lost_seconds, missing)
            plural = "s were" if self._bad_packets > 1 else " was"
            warnings.append(f"{self._bad_packets} damaged packet{plural} skipped, about {lost:.2f} s are lost")
        elif missing > _NOTICEABLE_SECONDS:
            announced = missing + heard_seconds
            warnings.append(f"its header announces {announced:.2f} s, only {heard_seconds:.2f} s could be decoded")


def _unannounced_delay(stream: AvStream, first: "Packet[AvStream]") -> int:
    """Samples at the beginning that are the codec's own delay and that no table tells FFmpeg to leave out.

    A file made with care says so itself, by an edit list that lets the first packet begin before zero. Where it is
    silent, AAC still cannot give sound before its second frame: the first only overlaps with nothing.
    """
    announced = first.pts is not None and first.pts < 0
    return 0 if announced or stream.codec_context.name != "aac" else _AAC_FRAME


def _values(frame: AudioFrame) -> NDArray[np.float32]:
    """Samples (n, channels) in plus or minus 1 of any sample format.

    Channels are never mixed by FFmpeg: its mono is 0.707 of each, the mean is wanted.
    """
    array = frame.to_ndarray()
    channels = frame.layout.nb_channels
    rows = array.T if frame.format.is_planar else array.reshape(-1, channels)
    if rows.dtype.kind == "f":
        return rows.astype(np.float32, copy=False)
    if rows.dtype.kind == "u":
        return (rows.astype(np.float32) - np.float32(128)) / np.float32(128)
    full_scale = float(1 << (8 * rows.dtype.itemsize - 1))
    return np.asarray(rows / full_scale, np.float32)


def _refuse(url: str, _flags: int, _options: dict[str, str]) -> object:
    raise PermissionError(f"a sound file may not open another ({url})")


@contextmanager
def open_ffmpeg(source: OpenSource) -> Iterator[FfmpegDecoder]:
    """Open by FFmpeg. Raises CannotRead."""
    source.file.seek(0)
    options = {"format_whitelist": _FORMATS}
    try:
        # Tags in strange encodings are no reason to refuse the sound.
        container = av.open(source.file, "r", container_options=options, metadata_errors="replace", io_open=_refuse)
    except (*_FAILURES, OSError, ValueError) as error:
        raise CannotRead(str(error)) from error
    with container:
        if not container.streams.audio:
            raise CannotRead("no audio stream")
        stream = container.streams.audio[0]
        # FFmpeg has no decoder for every codec that a damaged header may name; the types of PyAV hide that.
        codec = cast("AudioCodecContext | None", stream.codec_context)
        if codec is None or not codec.sample_rate or not codec.channels:
            raise CannotRead("no decoder, rate or channels")
        codec.thread_count = 1
        yield FfmpegDecoder(source, container, stream)
