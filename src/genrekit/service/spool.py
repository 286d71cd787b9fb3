"""Files of our own naming, written piece by piece; and the parts of a multipart body, each such a file."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from python_multipart.multipart import parse_options_header

from genrekit.errors import MALFORMED, ServiceError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_NAME_LETTERS: Final = 255


@dataclass(slots=True)
class Upload:
    """A file that has arrived.

    Attributes:
        path: where it lies, under a name of ours.
        name: what the client calls it; for the answer alone, never for a path or a log.
        sha256: of its bytes, in hexadecimal digits.
        size: [bytes].
    """

    path: Path
    name: str
    sha256: str = ""
    size: int = 0


@contextmanager
def removed_afterwards() -> Iterator[list[Upload]]:
    """A list whose files are removed when the block ends, but for those taken out of it meanwhile."""
    uploads: list[Upload] = []
    try:
        yield uploads
    finally:
        for upload in uploads:
            upload.path.unlink(missing_ok=True)


class Writer:
    """A file being written and hashed. Pieces are small and go to the page cache: no need to leave the event loop."""

    def __init__(self, folder: Path, name: str, kept: list[Upload]) -> None:
        self._upload = Upload(folder / secrets.token_hex(16), name[:_NAME_LETTERS])
        kept.append(self._upload)
        self._digest = hashlib.sha256()
        self._file: BinaryIO = self._upload.path.open("xb", buffering=0)

    def write(self, data: bytes) -> None:
        """Write the next piece."""
        self._file.write(data)
        self._digest.update(data)
        self._upload.size += len(data)

    def close(self) -> None:
        """Finish the file and its digest."""
        self._file.close()
        self._upload.sha256 = self._digest.hexdigest()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True)
class Parts:
    """What the parser tells of the parts, one call a piece."""

    folder: Path
    max_files: int
    kept: list[Upload]
    ended: bool = False
    _field: bytes = b""
    _value: bytes = b""
    _disposition: bytes = b""
    _writer: Writer | None = None

    def callbacks(self) -> MultipartCallbacks:
        """By the parser's names."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._name,
            "on_header_value": self._content,
            "on_header_end": self._header,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self.close,
            "on_end": self._end,
        }

    def close(self) -> None:
        """Finish the file that is being written, if there is one."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _begin(self) -> None:
        self._disposition = b""

    def _name(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _content(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" not in options:
            raise ServiceError(MALFORMED, "body", "has a part that is no file; options go into the query")
        if len(self.kept) >= self.max_files:
            raise ServiceError(MALFORMED, "body", f"holds more than {self.max_files} file{'s' * (self.max_files > 1)}")
        self._writer = Writer(self.folder, options[b"filename"].decode("utf-8", "replace"), self.kept)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._writer is not None:
            self._writer.write(data[start:end])

    def _end(self) -> None:
        self.ended = True
