"""What something was made of: the hashes of the data, and the revision of the code."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from genrekit.pipeline.datasets.index import read_dataset


def data_hashes(root: Path) -> dict[str, str]:
    """SHA-256 of a data set's tracks, and of its folds.

    Of the tracks all that is learnt from, name, genre, group and the sound's own hash; not where the sound file lies,
    which is another place on another machine.

    Raises:
        DatasetError: there is no data set.
    """
    tracks = [f"{track.name}\t{track.genre}\t{track.group}\t{track.sha256}\n" for track in read_dataset(root).tracks]
    folds = b"".join(path.read_bytes() for path in sorted((root / "splits").glob("*.csv")))
    return {
        "index_sha256": hashlib.sha256("".join(tracks).encode()).hexdigest(),
        "folds_sha256": hashlib.sha256(folds).hexdigest(),
    }


def git_revision() -> str:
    """Of the working folder's repository; ``unknown`` outside of one, or without git."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
