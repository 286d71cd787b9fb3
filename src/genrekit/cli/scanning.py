"""What the commands for whole libraries share: from options to a plan, and where answers are remembered."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from genrekit.collection.answering import Settings
from genrekit.collection.scan import Plan
from genrekit.collection.state import MANIFEST_NAME, state_folder
from genrekit.errors import BAD_SETTING, SettingsError


def make_plan(
    paths: Sequence[Path],
    jobs: int | None,
    max_seconds: float,
    time_limit: float,
    threshold: float | None,
    artifact: Path | None,
    *,
    retry_failed: bool,
) -> Plan:
    """A plan from options.

    Raises:
        SettingsError: no path is given.
    """
    if not paths:
        raise SettingsError(BAD_SETTING, "FILE_OR_FOLDER", "is missing: name files or folders")
    settings = Settings(artifact, max_seconds, threshold, decode_seconds=time_limit)
    return Plan(tuple(paths), settings, jobs or os.cpu_count() or 1, time_limit, retry_failed)


def manifest_path(named: Path | None) -> Path:
    """The manifest that is named, or the one for all libraries."""
    return state_folder() / MANIFEST_NAME if named is None else named
