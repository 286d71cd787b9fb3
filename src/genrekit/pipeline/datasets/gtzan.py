"""GTZAN: a thousand half minutes in ten genres, from the user's own copy, and what is known of its faults.

Two layouts are known, each as a folder or an archive: the original's (``genres/blues/blues.00000.au``) and the one on
Kaggle (``Data/genres_original/blues/blues.00000.wav``). Beside the code lie two lists of facts about the tracks:

``gtzan_split.csv``
    the fault-filtered split into 443, 197 and 290 tracks (Kereliuk, Sturm and Larsen, 2015), which shares fewer
    artists between its parts than a split by chance, though still some. 70 tracks are in none.
``gtzan_faults.csv``
    the fifty exact repetitions, one of them across two genres, the track that is mostly distorted (Sturm, 2013), and
    the file that is damaged in Kaggle's copy.

Who the artists are is not listed here; ``groups.csv`` (see `genrekit.pipeline.datasets.folder`) takes it.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from genrekit.errors import DATASET_INVALID, DATASET_MISSING, DatasetError
from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.datasets.acquire import unpack
from genrekit.pipeline.datasets.folder import Listed, list_folder
from genrekit.pipeline.datasets.index import DataSet

_NAME: Final = re.compile(rf"({'|'.join(GTZAN_GENRES)})\.000\d\d")
_HERE: Final = Path(__file__).parent
_LAYOUTS: Final = (".", "genres", "genres_original", "Data/genres_original")


def find_gtzan(source: Path, unpacked: Path) -> Path:
    """The folder that holds the ten genres' folders.

    Args:
        source: that folder, one above it, or an archive.
        unpacked: where an archive is unpacked, once.

    Raises:
        DatasetError: there is nothing, or it is no copy of GTZAN; the message says what was looked for.
    """
    if not source.exists():
        raise DatasetError(DATASET_MISSING, str(source), "does not exist: name your copy of GTZAN, folder or archive")
    root = source if source.is_dir() else unpack(source, unpacked)
    found = [root / layout for layout in _LAYOUTS if all((root / layout / genre).is_dir() for genre in GTZAN_GENRES)]
    if not found:
        looked = " or ".join(_LAYOUTS[1:])
        reason = f"is no copy of GTZAN: a folder for each of its ten genres was looked for here and in {looked}"
        raise DatasetError(DATASET_INVALID, str(source), reason)
    return found[0]


def is_gtzan(dataset: DataSet) -> bool:
    """Whether its tracks are GTZAN's, by their names: ``blues.00000`` to ``rock.00099``."""
    return all(_NAME.fullmatch(track.name) for track in dataset.tracks)


def list_gtzan(
    root: Path, *, groups: Mapping[str, str] | None = None, corrections: Mapping[str, str] | None = None
) -> tuple[tuple[Listed, ...], dict[str, str]]:
    """The tracks without the known repetitions and without the one that is mostly distorted.

    Args:
        root: as `find_gtzan` found it.
        groups: see `list_folder`.
        corrections: see `list_folder`.

    Returns:
        Tracks, and why others are left out, by name.
    """
    left_out = known_faults()
    found = list_folder(root, groups=groups, corrections=corrections)
    tracks = [track for track in found if track.path.relative_to(root).parts[0] in GTZAN_GENRES]
    present = {track.name for track in tracks}
    return (
        tuple(track for track in tracks if track.name not in left_out),
        {name: reason for name, reason in left_out.items() if name in present},
    )


def filtered_split() -> dict[str, str]:
    """``train``, ``valid`` or ``test`` by name of the track, of the 930 that the fault-filtered split lists."""
    return {row["name"]: row["split"] for row in _rows("gtzan_split.csv")}


def repetitions() -> tuple[tuple[str, ...], ...]:
    """Tracks that are the very same recording, set by set, in the order of their numbers."""
    sets: defaultdict[str, list[str]] = defaultdict(list)
    for row in _rows("gtzan_faults.csv"):
        if row["fault"] == "repetition":
            sets[row["of"]].append(row["name"])
    return tuple((first, *others) for first, others in sorted(sets.items()))


def known_faults() -> dict[str, str]:
    """What is left out whatever its file holds, and why, by name.

    Of each set of repetitions one track stays: the one that the fault-filtered split kept, else the first.
    """
    split = filtered_split()
    reasons = {row["name"]: "is mostly distorted" for row in _rows("gtzan_faults.csv") if row["fault"] == "distorted"}
    for names in repetitions():
        kept = next((name for name in names if name in split), names[0])
        reasons |= {name: f"is the same recording as {kept}" for name in names if name != kept}
    return reasons


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (_HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
