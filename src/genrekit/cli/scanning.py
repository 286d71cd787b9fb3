"""What the commands for whole libraries share: from options to a plan, and where answers are remembered."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from genrekit.collection.answering import Settings
from genrekit.collection.places import Place
from genrekit.collection.scan import Engine, Plan
from genrekit.collection.state import MANIFEST_NAME, state_folder
from genrekit.collection.vocabulary import Vocabulary
from genrekit.errors import BAD_SETTING, SettingsError


def make_plan(
    paths: Sequence[Place],
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


def read_vocabulary(path: Path | None) -> Vocabulary:
    """The vocabulary of a file, or the empty one.

    Raises:
        SettingsError: the file makes no sense.
    """
    return Vocabulary() if path is None else Vocabulary.read(path)


def make_engine(name: str, scheduler: str | None) -> Engine | None:
    """What answers files: processes of this machine (None), or a cluster.

    Raises:
        SettingsError: a cluster without its address, or an address without a cluster.
        MissingExtraError: dask is not installed.
    """
    if (name == "dask") != (scheduler is not None):
        raise SettingsError(BAD_SETTING, "--engine dask", "and --scheduler ADDRESS belong together")
    if scheduler is None:
        return None
    from genrekit.collection.distribute import DaskEngine

    return DaskEngine(scheduler)
