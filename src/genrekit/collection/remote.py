"""Files elsewhere, through fsspec: listed folder by folder, fetched one at a time, asked again when the net fails."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, ParamSpec, TypeVar, cast

from genrekit.collection.places import Listed, Url
from genrekit.collection.walk import is_audio_name
from genrekit.errors import (
    BAD_SETTING,
    MISSING,
    NO_AUDIO_IN_FOLDER,
    TOO_LARGE,
    UNREADABLE,
    AudioError,
    MissingExtraError,
    SettingsError,
)

P = ParamSpec("P")
T = TypeVar("T")

_BLOCK: Final = 2**20
# What is larger waits on the disk, not in memory.
_IN_MEMORY: Final = 32 * 2**20
# How long to wait before the second, third and fourth try [s].
BACKOFF: Final = (0.5, 2.0, 8.0)
# The answer will be the same next time.
_FINAL: Final = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, NotImplementedError)
# What listings of different kinds of storage say when a file has changed.
_VERSIONS: Final = (
    "ETag etag md5Hash md5 content_md5 checksum CRC generation version_id VersionId mtime LastModified last_modified "
    "modified updated created date_time"
).split()


def list_audio(root: Url) -> Iterator[Listed | AudioError]:
    """The sound files below an address, or the file that it names; one folder's list is in memory at a time.

    As on disk: below a folder those with an audio extension, hidden ones left out, sorted within a folder.

    Yields:
        A file, or the error of a folder that cannot be listed or has no audio.

    Raises:
        SettingsError: no installed library reads such addresses, or the address makes no sense.
        MissingExtraError: fsspec is not installed.
    """
    system, top = opened_system(root)
    try:
        info = patiently(system.info, top)
    except Exception as error:  # noqa: BLE001 - each kind of storage has errors of its own
        yield AudioError(MISSING if isinstance(error, FileNotFoundError) else UNREADABLE, root.text, _told(error))
        return
    if info["type"] == "file":
        yield _listed(root, info)
    else:
        yield from _below(system, root, top)


def fetch(url: Url, max_bytes: int) -> BinaryIO:
    """A copy of a file, in memory if it is small, else on the disk without a name: it vanishes with its process.

    Args:
        url: of the file.
        max_bytes: largest file that is fetched [bytes].

    Raises:
        AudioError: it is missing, larger, or cannot be read after several tries.
        SettingsError: no installed library reads such addresses.
        MissingExtraError: fsspec is not installed.
    """
    system, path = opened_system(url)
    try:
        return patiently(_copy, system, path, url, max_bytes)
    except AudioError:
        raise
    except FileNotFoundError as error:
        raise AudioError(MISSING, url.text, "does not exist") from error
    except Exception as error:
        raise AudioError(UNREADABLE, url.text, f"cannot be fetched: {_told(error)}") from error


def _copy(system: Any, path: str, url: Url, max_bytes: int) -> BinaryIO:
    copy = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        with system.open(path, "rb") as source:
            while block := source.read(_BLOCK):
                copy.write(block)
                if copy.tell() > max_bytes:
                    raise AudioError(TOO_LARGE, url.text, f"is larger than {max_bytes} bytes")
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return cast("BinaryIO", copy)


def _below(system: Any, root: Url, top: str) -> Iterator[Listed | AudioError]:
    waiting, found = [top], False
    while waiting:
        folder = waiting.pop()
        try:
            entries = patiently(system.ls, folder, detail=True)
        except Exception as error:  # noqa: BLE001 - each kind of storage has errors of its own
            found = True
            address = _address(root, top, folder).text
            yield AudioError(UNREADABLE, address, f"the folder cannot be listed: {_told(error)}")
            continue
        # Otherwise it keeps the lists of all folders.
        system.invalidate_cache(folder)
        named = sorted((entry["name"].rstrip("/"), entry) for entry in _visible(entries, folder))
        for name, entry in named:
            if entry["type"] == "file" and is_audio_name(name.rpartition("/")[2]):
                found = True
                yield _listed(_address(root, top, name), entry)
        waiting += [name for name, entry in reversed(named) if entry["type"] == "directory"]
    if not found:
        yield AudioError(NO_AUDIO_IN_FOLDER, root.text, "has no audio file, nor have the folders below it")


def _visible(entries: list[dict[str, Any]], folder: str) -> Iterator[dict[str, Any]]:
    for entry in entries:
        name = entry["name"].rstrip("/")
        # Some storage lists a folder as a part of itself.
        if name != folder.rstrip("/") and not name.rpartition("/")[2].startswith("."):
            yield entry


def _address(root: Url, top: str, name: str) -> Url:
    relative = name.strip("/").removeprefix(top.strip("/")).strip("/")
    return root.below(relative) if relative else root


def _listed(url: Url, info: Mapping[str, Any]) -> Listed:
    said = [f"{name}={info[name]}" for name in _VERSIONS if info.get(name) is not None]
    stamp = int.from_bytes(hashlib.sha256("|".join(said).encode()).digest()[:7], "big") if said else None
    size = info.get("size")
    return Listed(url, None if size is None else int(size), stamp)


def opened_system(url: Url) -> tuple[Any, str]:
    """What reads an address, and the address as it calls it."""
    try:
        core = import_module("fsspec.core")
    except ImportError as error:
        raise MissingExtraError("remote", "reading files by URL") from error
    try:
        system, path = core.url_to_fs(url.text)
    except (ImportError, ValueError, OSError) as error:
        raise SettingsError(BAD_SETTING, url.text, f"cannot be opened: {error}") from error
    return system, str(path)


def patiently(call: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Call, and call again after a while when it fails for a reason that may pass."""
    for seconds in BACKOFF:
        try:
            return call(*arguments, **options)
        except (AudioError, *_FINAL):
            raise
        except Exception:  # noqa: BLE001 - each kind of storage has errors of its own
            # A little apart from the other processes that have met the same failure.
            time.sleep(seconds * random.uniform(0.5, 1.0))  # noqa: S311 - not for secrets
    return call(*arguments, **options)


def _told(error: Exception) -> str:
    return f"{error}".strip() or type(error).__name__
