"""Where parts of results are kept: a folder of this machine, or one elsewhere. A part is there whole, or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from genrekit.collection.places import Place, Url
from genrekit.collection.remote import opened_system, patiently


class Store(Protocol):
    """A flat folder of named parts."""

    def names(self) -> list[str]:
        """Of all files that are there, sorted."""

    def read(self, name: str) -> bytes:
        """The content of a part."""

    def write(self, name: str, data: bytes) -> None:
        """Put a part there, or another in its place."""

    def remove(self, name: str) -> None:
        """Take a part away."""


def open_store(place: Place) -> Store:
    """The store at a place; it need not be there yet.

    Raises:
        OSError: the folder cannot be made.
        SettingsError: no installed library writes to such addresses.
        MissingExtraError: it is an address, and fsspec is not installed.
    """
    return UrlStore(place) if isinstance(place, Url) else LocalStore(place)


class LocalStore:
    """A folder of this machine; a part is written beside, brought to the disk, and renamed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def names(self) -> list[str]:
        """Of all files that are there, sorted; what an earlier process left half written is cleared away."""
        for left in self._folder.glob(".*.half"):
            left.unlink(missing_ok=True)
        return sorted(path.name for path in self._folder.iterdir() if path.is_file())

    def read(self, name: str) -> bytes:
        """The content of a part."""
        return (self._folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Put a part there, or another in its place."""
        beside = self._folder / f".{name}.half"
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._folder / name)
        finally:
            with suppress(OSError):
                beside.unlink()

    def remove(self, name: str) -> None:
        """Take a part away."""
        (self._folder / name).unlink(missing_ok=True)


class UrlStore:
    """A folder elsewhere; object storage shows an object when it has all of it."""

    def __init__(self, url: Url) -> None:
        self._system, self._folder = opened_system(url)
        patiently(self._system.makedirs, self._folder, exist_ok=True)

    def names(self) -> list[str]:
        """Of all files that are there, sorted."""
        self._system.invalidate_cache(self._folder)
        try:
            entries: list[dict[str, Any]] = patiently(self._system.ls, self._folder, detail=True)
        except FileNotFoundError:
            # Object storage has no empty folders.
            return []
        return sorted(entry["name"].rpartition("/")[2] for entry in entries if entry["type"] == "file")

    def read(self, name: str) -> bytes:
        """The content of a part."""
        content: bytes = patiently(self._system.cat_file, self._at(name))
        return content

    def write(self, name: str, data: bytes) -> None:
        """Put a part there, or another in its place."""
        patiently(self._system.pipe_file, self._at(name), data)

    def remove(self, name: str) -> None:
        """Take a part away."""
        with suppress(FileNotFoundError):
            patiently(self._system.rm_file, self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._folder.rstrip('/')}/{name}"
