"""Where genrekit keeps what it remembers between runs: manifests of scans, journals of changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

MANIFEST_NAME: Final = "library.sqlite"
JOURNALS_NAME: Final = "journals"


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder, which need not exist yet: that of ``GENREKIT_STATE``, or where the system wants such things."""
    if named := environment.get("GENREKIT_STATE"):
        return Path(named)
    home = Path.home()
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local", "genrekit")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "genrekit"
    return Path(environment.get("XDG_STATE_HOME") or home / ".local" / "state", "genrekit")
