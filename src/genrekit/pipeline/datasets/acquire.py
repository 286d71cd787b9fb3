"""Getting an archive of music from an address that the user names, and unpacking it; no address is known here."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from genrekit.errors import BAD_SETTING, DATASET_INVALID, DATASET_MISSING, DatasetError, SettingsError

Progress = Callable[[int, int], None]
"""Told how many bytes have come, and of how many (0 where that is unknown)."""

_BLOCK: Final = 2**20
_PATIENCE_SECONDS: Final = 60.0
_PARTIAL_CONTENT: Final = 206
_NOTHING_LEFT: Final = 416


def fetch(url: str, sha256: str, folder: Path, progress: Progress) -> Path:
    """Download a file; one that was cut off goes on where it stopped, if the server can.

    Args:
        url: ``http`` or ``https``.
        sha256: what the file must have, in hexadecimal.
        folder: where to; a file already there with that hash is not fetched again.
        progress: see `Progress`.

    Returns:
        The file, complete and checked.

    Raises:
        SettingsError: the address is of no such kind.
        DatasetError: it cannot be fetched, in which case what has come is kept; or is another file, which is removed.
    """
    address = urllib.parse.urlsplit(url)
    name = Path(urllib.parse.unquote(address.path)).name
    if address.scheme not in ("http", "https") or not name:
        raise SettingsError(BAD_SETTING, url, "is no http or https address of a file")
    folder.mkdir(parents=True, exist_ok=True)
    whole, part = folder / name, folder / f"{name}.part"
    if whole.exists() and _digest(whole) == sha256.lower():
        return whole
    try:
        _download(url, part, progress)
    except (OSError, http.client.HTTPException) as error:
        reason = f"cannot be fetched ({error}); what has come is kept, and a further run goes on from there"
        raise DatasetError(DATASET_MISSING, url, reason) from error
    found = _digest(part)
    if found != sha256.lower():
        part.unlink()
        raise DatasetError(DATASET_INVALID, url, f"is not the file that was meant: its SHA-256 is {found}")
    part.replace(whole)
    return whole


def _download(url: str, part: Path, progress: Progress) -> None:
    had = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={had}-"} if had else {})  # noqa: S310 - checked
    try:
        response = urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        with error:
            if error.code == _NOTHING_LEFT:
                return
            raise
    with response:
        goes_on = response.status == _PARTIAL_CONTENT
        _store(response, part, had if goes_on else 0, progress)


def _store(response: http.client.HTTPResponse, part: Path, had: int, progress: Progress) -> None:
    """Append to what was there, or begin anew.

    Raises:
        OSError: the connection ended before the file did.
    """
    left = int(response.headers.get("Content-Length") or 0)
    come = had
    with part.open("ab" if had else "wb") as file:
        while block := response.read(_BLOCK):
            file.write(block)
            come += len(block)
            progress(come, had + left)
    if left and come < had + left:
        raise ConnectionError(f"{come} of {had + left} bytes came")


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a ``.tar`` (also compressed) or ``.zip``; the folder appears whole or not at all.

    Members that would land outside, links out of it and devices are refused.

    Args:
        archive: file.
        folder: that it becomes; if it is there, nothing is done.

    Raises:
        DatasetError: it is no such archive, is damaged, or holds what is refused.
    """
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _extract(archive, staging)
        staging.rename(folder)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, ValueError) as error:
        raise DatasetError(DATASET_INVALID, str(archive), f"cannot be unpacked: {error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return folder


def _extract(archive: Path, folder: Path) -> None:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)  # noqa: S202 - drops drives and parent folders from names by itself
        return
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return digest_of(file)


def digest_of(file: IO[bytes]) -> str:
    """SHA-256 of a file in hexadecimal, read block by block."""
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
