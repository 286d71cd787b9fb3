"""Sound files of every container whose tags can be written, with tags that must survive."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mutagen
from mutagen import id3
from mutagen.asf import ASF
from mutagen.flac import FLAC, Picture
from mutagen.mp4 import MP4, MP4Cover

from tests.making import encode, make_music

CONTAINERS = ("mp3", "flac", "ogg", "opus", "m4a", "wma", "wav", "aiff")
TITLE, ALBUM, ARTIST, COMMENT = "Tïtle 曲", "Albüm", "AC/DC", "a comment\nof two lines"
IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def make_tagged(path: Path, seconds: float = 1.5, genres: Sequence[str] = (), seed: int = 0, version: int = 4) -> Path:
    """A file of the kind that its extension names, with title, artist, album, comment and picture."""
    rate = 48_000 if path.suffix == ".opus" else 44_100
    encode(path, make_music(seconds, rate, seed), rate, 96_000)
    return put_tags(path, genres, version)


def put_tags(path: Path, genres: Sequence[str] = (), version: int = 4) -> Path:
    """Give a file without tags those of `make_tagged`."""
    {".flac": _flac, ".m4a": _mp4, ".wma": _asf, ".ogg": _ogg, ".opus": _ogg}.get(path.suffix, _id3)(
        path, list(genres), version
    )
    return path


def make_bare(path: Path, seconds: float = 1.5) -> Path:
    """A file without tags but those that the encoder writes."""
    rate = 48_000 if path.suffix == ".opus" else 44_100
    return encode(path, make_music(seconds, rate), rate, 96_000)


def _id3(path: Path, genres: list[str], version: int) -> None:
    opened: Any = None if path.suffix == ".mp3" else mutagen.File(path)
    if opened is not None:
        opened.add_tags()
    tags = id3.ID3() if opened is None else opened.tags
    tags.add(id3.TIT2(encoding=1, text=TITLE))
    tags.add(id3.TALB(encoding=0, text=ALBUM))
    tags.add(id3.TPE1(encoding=1, text=[ARTIST, "second"]))
    tags.add(id3.COMM(encoding=1, lang="eng", desc="", text=COMMENT))
    tags.add(id3.TXXX(encoding=1, desc="mood", text="calm"))
    tags.add(id3.APIC(encoding=0, mime="image/png", type=3, desc="front", data=IMAGE))
    tags.add(id3.UFID(owner="http://example.org", data=b"\xff\x00\xfe1"))
    if genres:
        tags.add(id3.TCON(encoding=1, text=genres))
    tags.save(path, v2_version=version, v23_sep=None)


def _flac(path: Path, genres: list[str], _version: int) -> None:
    tags = FLAC(path)
    _vorbis(tags, genres)
    tags.add_picture(_picture())
    tags.save()


def _ogg(path: Path, genres: list[str], _version: int) -> None:
    tags: Any = mutagen.File(path)
    _vorbis(tags, genres)
    tags["METADATA_BLOCK_PICTURE"] = [base64.b64encode(_picture().write()).decode()]
    tags.save()


def _vorbis(tags: Any, genres: list[str]) -> None:
    tags.update({"TITLE": [TITLE], "ALBUM": [ALBUM], "ARTIST": [ARTIST, "second"], "COMMENT": [COMMENT]})
    if genres:
        tags["GENRE"] = genres


def _picture() -> Picture:
    picture = Picture()
    picture.type, picture.mime, picture.data = 3, "image/png", IMAGE
    return picture


def _mp4(path: Path, genres: list[str], _version: int) -> None:
    tags = MP4(path)
    tags.update({"\xa9nam": [TITLE], "\xa9alb": [ALBUM], "\xa9ART": [ARTIST, "second"], "\xa9cmt": [COMMENT]})
    tags.update({"tmpo": [120], "trkn": [(3, 12)], "covr": [MP4Cover(IMAGE, MP4Cover.FORMAT_PNG)]})
    tags["----:com.apple.iTunes:MOOD"] = [b"calm"]
    if genres:
        tags["\xa9gen"] = genres
    tags.save()


def _asf(path: Path, genres: list[str], _version: int) -> None:
    tags = ASF(path)
    tags.update({"Title": [TITLE], "WM/AlbumTitle": [ALBUM], "Author": [ARTIST], "Description": [COMMENT]})
    tags.update({"WM/TrackNumber": [3], "IsVBR": [True], "WM/Long": ["x" * 70_000]})
    if genres:
        tags["WM/Genre"] = genres
    tags.save()
