"""Replacing a file so that at any moment there is the old one or the whole new one, whatever fails."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from genrekit.errors import TAGS_NOT_WRITTEN, TagError

if sys.platform != "win32":
    import fcntl

# A leading dot: neither a scan nor a player takes the copy for music.
_SUFFIX: Final = ".genrekit-copy"

Make = Callable[[BinaryIO, BinaryIO], None]


def replace_file(path: Path, make: Make, approve: Make, *, mtime_ns: int | None = None) -> None:
    """Replace a file by one that is made beside it.

    Mode, owner and extended attributes are kept. A symbolic link is followed: it stays, its target is replaced.
    Another hard link keeps the old content.

    Args:
        path: of the file.
        make: is given the old file to read and an empty one to fill.
        approve: is given both to read, after the new one has reached the disk; the last chance to raise.
        mtime_ns: time of modification that the new file gets [ns]; now if None.

    Raises:
        TagError: the file system refused, or the file changed meanwhile. The file is as it was.
    """
    target = Path(os.path.realpath(path))
    try:
        _replace(target, make, approve, mtime_ns)
    except OSError as error:
        reason = f"was left as it is: {error.strerror or error}"
        raise TagError(TAGS_NOT_WRITTEN, str(path), reason) from error


def _replace(target: Path, make: Make, approve: Make, mtime_ns: int | None) -> None:
    before = target.stat()
    _check_writable(target, before)
    with target.open("rb") as old, _copy_beside(target) as (copy, new):
        make(old, new)
        new.flush()
        _take_over(copy, target, before, mtime_ns)
        os.fsync(new.fileno())
        # Through a handle of its own: what is approved is what another program would read.
        with copy.open("rb") as written:
            approve(old, written)
        after = target.stat()
        if (after.st_ino, after.st_size, after.st_mtime_ns) != (before.st_ino, before.st_size, before.st_mtime_ns):
            raise TagError(TAGS_NOT_WRITTEN, str(target), "was left as it is: another program has just changed it")
        copy.replace(target)
    _sync_folder(target.parent)


def _check_writable(target: Path, before: os.stat_result) -> None:
    if not stat.S_ISREG(before.st_mode):
        raise TagError(TAGS_NOT_WRITTEN, str(target), "is no ordinary file")
    # The folder's rights would suffice to replace it; but whoever made it read-only meant it.
    if not before.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise TagError(TAGS_NOT_WRITTEN, str(target), "was left as it is: it is read-only")


@contextmanager
def _copy_beside(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    copy = target.with_name(f".{target.name[:200]}{_SUFFIX}")
    file = _create(copy)
    try:
        with file:
            yield copy, file
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            copy.unlink()
        raise


def _create(copy: Path) -> BinaryIO:
    """An empty file of this name that is held by a lock; one left behind by a killed process is cleared away."""
    try:
        file = copy.open("x+b")
    except FileExistsError:
        _clear_away(copy)
        file = copy.open("x+b")
    try:
        _lock(file)
        if os.fstat(file.fileno()).st_ino != copy.stat().st_ino:
            # Between creation and lock another process has taken this one for a leftover.
            raise BlockingIOError(errno.EAGAIN, "another process works on this file")
    except BaseException:
        file.close()
        raise
    return file


def _clear_away(copy: Path) -> None:
    """Remove a copy that nobody holds.

    Raises:
        BlockingIOError: another process works on it.
    """
    if sys.platform == "win32":
        # Does not remove a file that another process holds open.
        copy.unlink()
        return
    with copy.open("rb") as left:
        _lock(left)
        copy.unlink()


def _lock(file: BinaryIO) -> None:
    if sys.platform != "win32":
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _take_over(copy: Path, target: Path, before: os.stat_result, mtime_ns: int | None) -> None:
    # Copies times, mode, flags and extended attributes, as far as the file system has them.
    shutil.copystat(target, copy)
    if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (copy.stat().st_uid, copy.stat().st_gid):
        os.chown(copy, before.st_uid, before.st_gid)
        copy.chmod(stat.S_IMODE(before.st_mode))
    now = time.time_ns()
    os.utime(copy, ns=(before.st_atime_ns, now if mtime_ns is None else mtime_ns))


def _sync_folder(folder: Path) -> None:
    # The file has its place already; that some file systems cannot sync a folder changes nothing of that.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
