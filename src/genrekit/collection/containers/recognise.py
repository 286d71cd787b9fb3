"""Which container a file is, by its content; and its inventory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import BinaryIO, Final

from genrekit.collection.containers.asf import HEADER as ASF_HEADER
from genrekit.collection.containers.asf import read_asf
from genrekit.collection.containers.chunks import read_aiff, read_wav
from genrekit.collection.containers.id3 import HEADER_SIZE, read_mp3, unsynchsafe
from genrekit.collection.containers.inventory import Account, Container, DamagedError, Inventory
from genrekit.collection.containers.mp4 import read_mp4
from genrekit.collection.containers.vorbis import read_flac, read_ogg_opus, read_ogg_vorbis
from genrekit.errors import TAGS_UNREADABLE, TAGS_UNSUPPORTED, TagError

_READERS: Final[Mapping[Container, Callable[[BinaryIO, Account], None]]] = MappingProxyType(
    {
        Container.MP3: read_mp3,
        Container.FLAC: read_flac,
        Container.VORBIS: read_ogg_vorbis,
        Container.OPUS: read_ogg_opus,
        Container.MP4: read_mp4,
        Container.ASF: read_asf,
        Container.WAV: read_wav,
        Container.AIFF: read_aiff,
    }
)
_HEAD: Final = 64


def recognise(file: BinaryIO) -> Container | None:
    """The container, or None for one whose tags cannot be written."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"ID3"):
        return _behind_id3(file, head)
    if head.startswith(b"OggS"):
        # The first page holds the first packet alone, behind 27 bytes and one of lacing.
        return {b"\x01vorb": Container.VORBIS, b"OpusH": Container.OPUS}.get(head[28:33])
    return _form(head) or _bare(head)


def take_inventory(file: BinaryIO, subject: str) -> Inventory:
    """What a file holds.

    Args:
        file: open for reading, seekable.
        subject: what to call it in a message.

    Raises:
        TagError: the container is unknown, or its structure cannot be followed to the end.
        OSError: it cannot be read.
    """
    container = recognise(file)
    if container is None:
        raise TagError(TAGS_UNSUPPORTED, subject, "is of no kind whose tags can be written")
    account = Account()
    try:
        _READERS[container](file, account)
    except DamagedError as damage:
        raise TagError(TAGS_UNREADABLE, subject, str(damage)) from damage
    return account.finished(container)


def _behind_id3(file: BinaryIO, head: bytes) -> Container | None:
    try:
        file.seek(HEADER_SIZE + unsynchsafe(head[6:10]))
    except DamagedError:
        # The reader of mp3 files tells what is wrong with the tag.
        return Container.MP3
    return Container.FLAC if file.read(4) == b"fLaC" else Container.MP3


def _form(head: bytes) -> Container | None:
    """A container that names itself in its first bytes."""
    if head.startswith(ASF_HEADER):
        return Container.ASF
    if head[4:8] == b"ftyp":
        return Container.MP4
    kinds = {(b"RIFF", b"WAVE"): Container.WAV, (b"FORM", b"AIFF"): Container.AIFF, (b"FORM", b"AIFC"): Container.AIFF}
    return kinds.get((head[:4], head[8:12]))


def _bare(head: bytes) -> Container | None:
    if head.startswith(b"fLaC"):
        return Container.FLAC
    # Eleven bits of synchronisation, then MPEG version and layer III; AAC has zeros for the layer.
    is_layer_3 = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08
    return Container.MP3 if is_layer_3 else None
