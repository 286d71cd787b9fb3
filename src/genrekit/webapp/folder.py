"""The folder in which the app keeps copies of sound for a while."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KEEP_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """Copies of altered tracks; those older than an hour are removed when new ones come."""

    path: Path

    def swept(self) -> Path:
        """The folder, after what is too old has been removed."""
        oldest = time.time() - _KEEP_SECONDS
        for file in self.path.iterdir():
            try:
                if file.stat().st_mtime < oldest:
                    file.unlink()
            except FileNotFoundError:
                # Another session has swept at the same time.
                continue
        return self.path
