"""Reading and writing the genre in tags: the only importer of mutagen.

What is written here is never trusted: `genrekit.collection.tagging` compares each edited copy with the
original through `genrekit.collection.containers`, which shares no code with mutagen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from genrekit.collection.containers.inventory import OWN_PREFIX, Container
from genrekit.errors import TAGS_UNREADABLE, MissingExtraError, TagError

_ID3: Final = frozenset({Container.MP3, Container.WAV, Container.AIFF})
_READERS: Final[Mapping[Container, tuple[str, str]]] = MappingProxyType(
    {
        Container.FLAC: ("flac", "FLAC"),
        Container.VORBIS: ("oggvorbis", "OggVorbis"),
        Container.OPUS: ("oggopus", "OggOpus"),
        Container.MP4: ("mp4", "MP4"),
        Container.ASF: ("asf", "ASF"),
        Container.WAV: ("wave", "WAVE"),
        Container.AIFF: ("aiff", "AIFF"),
    }
)
_MP4_PREFIX: Final = "----:com.apple.iTunes:"
_ID3V1_SIZE: Final = 128


@dataclass(frozen=True, slots=True)
class TagFields:
    """What tags say, as far as genrekit asks.

    Attributes:
        genres: in the file's order; empty without a genre.
        album: its name, or empty.
        artist: of the album if that is given, else of the track, or empty.
        extras: genrekit's own fields by name.
    """

    genres: tuple[str, ...]
    album: str = ""
    artist: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)


def require_tag_library() -> None:
    """Raise MissingExtraError if the tag library is not installed: at once, before hours of work."""
    try:
        import_module("mutagen")
    except ImportError as error:
        raise MissingExtraError("tag", "reading and writing tags") from error


def read_fields(file: BinaryIO, container: Container, subject: str) -> TagFields:
    """What the tags say.

    Raises:
        TagError: they cannot be read.
        MissingExtraError: the tag library is not installed.
    """
    loaded = _load(file, container, subject, version=0)
    tags = loaded.tags
    if tags is None:
        return TagFields(())
    names = _NAMES[_family(container)]
    texts = {what: _texts(tags, name) for what, name in names.items()}
    first = {what: values[0] if values else "" for what, values in texts.items()}
    genres = _id3_genres(tags) if container in _ID3 else texts["genre"]
    return TagFields(
        genres=tuple(genre for genre in genres if genre.strip()),
        album=first["album"],
        artist=first["albumartist"] or first["artist"],
        extras=_extras(tags, container),
    )


def write_genres(
    file: BinaryIO,
    container: Container,
    genres: Sequence[str],
    extras: Mapping[str, str],
    *,
    version: int,
    subject: str,
) -> None:
    """Put genres, and genrekit's own fields, into the tags of a file; each genre is a value of its own.

    Args:
        file: open for reading and writing; a copy that may be thrown away.
        container: of the file.
        genres: replace those that are there.
        extras: genrekit's own fields by name (they begin with ``GENREKIT_``); others of its fields are left.
        version: of the ID3 tag that is there; 0 without one, and one of version 4 is made.
        subject: what to call the file in a message.

    Raises:
        TagError: the tags cannot be read.
        OSError: the file cannot be written.
        MissingExtraError: the tag library is not installed.
    """
    loaded = _load(file, container, subject, version)
    if loaded.tags is None:
        loaded.add_tags()
    _SETTERS[_family(container)](loaded.tags, list(genres), extras)
    file.seek(0)
    try:
        _save(loaded, file, container, version or 4)
    except Exception as error:
        raise _os_error(error) or TagError(TAGS_UNREADABLE, subject, f"the tags cannot be written ({error})") from error


def _id3() -> Any:
    return import_module("mutagen.id3")


def _load(file: BinaryIO, container: Container, subject: str, version: int) -> Any:
    """The file as mutagen sees it; ID3 tags untranslated, so that what is not asked for stays as it is."""
    require_tag_library()
    file.seek(0)
    try:
        return _opened(file, container, version)
    except Exception as error:
        raise _os_error(error) or TagError(TAGS_UNREADABLE, subject, f"the tags cannot be read ({error})") from error


def _opened(file: BinaryIO, container: Container, version: int) -> Any:
    if container is Container.MP3:
        return _Mp3Tags(file)
    module, name = _READERS[container]
    options = {"translate": False, "load_v1": False, "v2_version": version or 4} if container in _ID3 else {}
    return getattr(import_module(f"mutagen.{module}"), name)(file, **options)


class _Mp3Tags:
    """An mp3 file's ID3v2 tag alone: the frames of sound need not be understood to change it."""

    def __init__(self, file: BinaryIO) -> None:
        id3 = _id3()
        try:
            self.tags: Any = id3.ID3(file, translate=False, load_v1=False)
        except id3.ID3NoHeaderError:
            self.tags = None

    def add_tags(self) -> None:
        self.tags = _id3().ID3()


def _save(loaded: Any, file: BinaryIO, container: Container, version: int) -> None:
    if container not in _ID3:
        loaded.save(file)
        return
    old_v1 = _id3v1(file) if container is Container.MP3 else b""
    file.seek(0)
    # No separator: values of a list stay values of a list, also in version 3.
    loaded.tags.save(file, v2_version=version, v23_sep=None)
    if old_v1:
        # The old short tag has room for neither the new genres nor the full titles; it is kept as it was.
        file.seek(-_ID3V1_SIZE, 2)
        file.write(old_v1)


def _id3v1(file: BinaryIO) -> bytes:
    if file.seek(0, 2) < _ID3V1_SIZE:
        return b""
    file.seek(-_ID3V1_SIZE, 2)
    tail = file.read(_ID3V1_SIZE)
    return tail if tail.startswith(b"TAG") else b""


def _os_error(error: BaseException | None) -> OSError | None:
    """The error of the file system inside one of mutagen's, if that is what it was."""
    while error is not None and not isinstance(error, OSError):
        inner = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
        error = error.__cause__ or inner or error.__context__
    return error


def _family(container: Container) -> str:
    if container in _ID3:
        return "id3"
    return {Container.MP4: "mp4", Container.ASF: "asf"}.get(container, "vorbis")


_NAMES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "id3": {"genre": "TCON", "album": "TALB", "albumartist": "TPE2", "artist": "TPE1"},
        "vorbis": {"genre": "GENRE", "album": "ALBUM", "albumartist": "ALBUMARTIST", "artist": "ARTIST"},
        "mp4": {"genre": "\xa9gen", "album": "\xa9alb", "albumartist": "aART", "artist": "\xa9ART"},
        "asf": {"genre": "WM/Genre", "album": "WM/AlbumTitle", "albumartist": "WM/AlbumArtist", "artist": "Author"},
    }
)


def _texts(tags: Any, name: str) -> list[str]:
    if name not in tags:
        return []
    value = tags[name]
    return [str(item) for item in (value.text if hasattr(value, "text") else value)]


def _id3_genres(tags: Any) -> list[str]:
    # Resolves the numbers of the old list, as in "(17)".
    return list(tags["TCON"].genres) if "TCON" in tags else []


def _extras(tags: Any, container: Container) -> dict[str, str]:
    found = {}
    for key in tags.keys():  # noqa: SIM118 - not all of mutagen's tags iterate over keys
        name = key.removeprefix("TXXX:").removeprefix(_MP4_PREFIX).upper()
        if name.startswith(OWN_PREFIX):
            values = tags[key].text if container in _ID3 else tags[key]
            first = values[0]
            found[name] = first.decode() if isinstance(first, bytes) else str(first)
    return found


def _set_id3(tags: Any, genres: list[str], extras: Mapping[str, str]) -> None:
    id3 = _id3()
    # UTF-16, the one encoding beyond Latin-1 that both versions know.
    tags.setall("TCON", [id3.TCON(encoding=1, text=genres)])
    for name, text in extras.items():
        tags.setall(f"TXXX:{name}", [id3.TXXX(encoding=1, desc=name, text=[text])])


def _set_mp4(tags: Any, genres: list[str], extras: Mapping[str, str]) -> None:
    tags["\xa9gen"] = genres
    for name, text in extras.items():
        tags[_MP4_PREFIX + name] = [text.encode()]


def _set_texts(name: str, tags: Any, genres: list[str], extras: Mapping[str, str]) -> None:
    tags[name] = genres
    for key, text in extras.items():
        tags[key] = [text]


_SETTERS: Final[Mapping[str, Callable[[Any, list[str], Mapping[str, str]], None]]] = MappingProxyType(
    {
        "id3": _set_id3,
        "mp4": _set_mp4,
        "asf": partial(_set_texts, _NAMES["asf"]["genre"]),
        "vorbis": partial(_set_texts, _NAMES["vorbis"]["genre"]),
    }
)
