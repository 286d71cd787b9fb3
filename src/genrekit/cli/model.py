"""``genrekit model``: artifacts in a registry of MLflow."""

from __future__ import annotations

from pathlib import Path

from genrekit.pipeline.tracking import open_tracker, pull


def run_pull(uri: str, folder: Path) -> int:
    """Bring an artifact from the registry into a folder, verified, and print its id.

    Raises:
        MissingExtraError: the extra "track" is not installed.
        SettingsError: the registry has no such thing, or cannot be reached.
        ArtifactError: what came is refused; what was in the folder before still is.
    """
    print(pull(open_tracker(Path("work")), uri, folder).id)
    return 0
