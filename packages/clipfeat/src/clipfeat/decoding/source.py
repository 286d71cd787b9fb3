"""What is to be decoded, opened safely and looked at: its name, its bytes, the format they begin like."""

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from clipfeat.errors import AudioError, AudioReason

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["GuardedReader", "OpenSource", "Source", "name_of", "open_source"]

Source = str | os.PathLike[str] | bytes | BinaryIO

_HEAD_BYTES = 64
_COPY_BYTES = 1 << 20

# (offset, magic bytes, format)
_MAGIC = (
    (0, b"RIFF", "wav"),
    (0, b"RIFX", "wav"),
    (0, b"RF64", "wav"),
    (0, b"riff", "w64"),
    (0, b"fLaC", "flac"),
    (28, b"OpusHead", "opus"),
    (0, b"OggS", "ogg"),
    (0, b"FORM", "aiff"),
    (0, b".snd", "au"),
    (0, b"caff", "caf"),
    (4, b"ftyp", "m4a"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "wma"),
    (0, b"wvpk", "wavpack"),
    (0, b"MAC ", "ape"),
    (0, b"ID3", "mp3"),
)


@dataclass(frozen=True, eq=False, slots=True)
class OpenSource:
    """An open, seekable source.

    name: what to call it in a message. file: at its beginning. size: bytes, at least 1.
    kind: the format its first bytes announce, or "" if they announce none.
    is_plain_file: whether the operating system's file descriptor gives the very same bytes.
    """

    name: str
    file: BinaryIO
    size: int
    kind: str
    is_plain_file: bool

    def error(self, reason: AudioReason, detail: str) -> AudioError:
        """An error about this source."""
        return AudioError(reason, detail, self.name)

    def check_reader(self) -> None:
        """Raise AudioError (unreadable) if the reader behind this source has failed meanwhile."""
        _raise_failure(self.file, self.name)


def name_of(source: Source) -> str:
    """What to call a source in a message: its path, or what it is."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) and name else "audio"


class GuardedReader(io.RawIOBase):
    """A seekable file object that never raises inside a native decoder's callback.

    Such an exception would be printed on stderr and lost; here it is kept in `failure`, and the reader seems to
    end.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.failure: Exception | None = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer as far as the file object gives; 0 at the end and after a failure."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._file.read(len(view))
            view[: len(data)] = data
        except Exception as error:  # noqa: BLE001  (whatever a stranger's reader raises)
            self.failure = error
            return 0
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move; stay after a failure, and where a damaged file sends the decoder before the beginning."""
        try:
            self._file.seek(offset, whence)
        except Exception as error:  # noqa: BLE001
            before_beginning = isinstance(error, ValueError) or getattr(error, "errno", None) == errno.EINVAL
            if not before_beginning:
                self.failure = error
        return self.tell()

    def tell(self) -> int:
        """Position, or 0 after a failure."""
        try:
            return self._file.tell()
        except Exception as error:  # noqa: BLE001
            self.failure = error
            return 0


@contextmanager
def open_source(source: Source, max_bytes: int) -> Iterator[OpenSource]:
    """Open a path, bytes or a binary file object (read from its beginning).

    A string is always a path, never a URL. Raises AudioError: missing, unreadable (a folder, a pipe, a
    device, no permission, a reader that fails), empty, too_large.
    """
    name = name_of(source)
    if isinstance(source, (str, os.PathLike)):
        with _open_path(Path(source), name) as file:
            yield _examined(name, file, max_bytes, is_plain_file=True)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield _examined(name, _guarded(io.BytesIO(source)), max_bytes, is_plain_file=False)
    else:
        yield _examined(name, _seekable(source, name, max_bytes), max_bytes, is_plain_file=False)


def _open_path(path: Path, name: str) -> BinaryIO:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise AudioError(AudioReason.UNREADABLE, "is a folder, not a sound file", name)
        if not stat.S_ISREG(mode):
            # Opening a pipe would wait for ever; a device is no file either.
            raise AudioError(AudioReason.UNREADABLE, "is a pipe, socket or device, not a file", name)
        # Without a buffer the position of the descriptor is the position of the file: libsndfile gets the former.
        return cast("BinaryIO", path.open("rb", buffering=0))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioError(AudioReason.MISSING, "does not exist", name) from error
    except OSError as error:
        reason = error.strerror or "the system refuses"
        raise AudioError(AudioReason.UNREADABLE, f"cannot be opened ({reason})", name) from error
    except AudioError:
        raise
    except ValueError as error:
        raise AudioError(AudioReason.UNREADABLE, "is not a possible file name", name) from error


def _seekable(source: object, name: str, max_bytes: int) -> BinaryIO:
    """The file object behind a guard; what cannot seek is copied into memory first, under the limit."""
    if not hasattr(source, "read") or isinstance(source, io.TextIOBase):
        detail = f"is neither a path nor bytes nor a binary file but {type(source).__name__}"
        raise AudioError(AudioReason.UNREADABLE, detail, name)
    file = cast("BinaryIO", source)
    can_seek = getattr(file, "seekable", None)
    if can_seek is not None and can_seek():
        return _guarded(file)
    copy = io.BytesIO()
    reader = GuardedReader(file)
    while copy.tell() <= max_bytes and (block := reader.read(_COPY_BYTES)):
        copy.write(block)
    _raise_failure(reader, name)
    return _guarded(copy)


def _guarded(file: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", GuardedReader(file))


def _examined(name: str, file: BinaryIO, max_bytes: int, *, is_plain_file: bool) -> OpenSource:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    _raise_failure(file, name)
    if not size:
        raise AudioError(AudioReason.EMPTY, "is empty (0 bytes)", name)
    if size > max_bytes:
        raise AudioError(AudioReason.TOO_LARGE, f"has {size} bytes; at most {max_bytes} are read", name)
    return OpenSource(name, file, size, _kind_of(head), is_plain_file)


def _raise_failure(file: object, name: str) -> None:
    if isinstance(file, GuardedReader) and file.failure is not None:
        detail = f"cannot be read ({str(file.failure) or type(file.failure).__name__})"
        raise AudioError(AudioReason.UNREADABLE, detail, name) from file.failure


def _kind_of(head: bytes) -> str:
    for offset, magic, kind in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    has_sync = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return "mp3" if has_sync else ""
