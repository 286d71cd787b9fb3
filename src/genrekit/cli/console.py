"""How the command line shows things: data on stdout, narration on stderr."""

from __future__ import annotations

import os
import sys
from typing import Final

from rich.console import Console

from genrekit.errors import printable

_UNLIMITED: Final = 10_000


def stdout_console() -> Console:
    """For answers. Where no person looks, lines are as long as they are."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _UNLIMITED)


def stderr_console() -> Console:
    """For progress, notes and failures."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def shown_path(path: os.PathLike[str] | str) -> str:
    """A path as text that any terminal and JSON can carry."""
    return printable(os.fspath(path))


def clock(seconds: float) -> str:
    """Seconds as ``m:ss``, from an hour as ``h:mm:ss``."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
