"""``genrekit evaluate``: what an artifact is worth on tracks whose genres are known."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.text import Text

from genrekit.cli.console import stderr_console, stdout_console
from genrekit.cli.scorecard import show_card
from genrekit.cli.steps_bar import steps_bar
from genrekit.pipeline.assess import Assessment, assess
from genrekit.pipeline.datasets.folder import read_pairs
from genrekit.pipeline.datasets.music import find_music
from genrekit.predictor import Predictor

SOME_LEFT_OUT: Final = 1
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the options of the command."""

    music: Path
    artifact: Path | None
    groups: Path | None
    corrections: Path | None
    jobs: int | None


def run(request: Request, *, as_json: bool) -> int:
    """Answer all tracks and tell how many answers are right.

    Returns:
        Exit status: 0, or 1 if tracks were left out.

    Raises:
        ArtifactError: the artifact is refused.
        DatasetError: there is nothing to compare with.
    """
    predictor = Predictor.load(request.artifact)
    groups = read_pairs(request.groups, "group") if request.groups else None
    corrections = read_pairs(request.corrections, "genre") if request.corrections else None
    with tempfile.TemporaryDirectory(prefix="genrekit-") as folder:
        music = find_music(request.music, Path(folder, "unpacked"), groups=groups, corrections=corrections)
        with steps_bar() as watcher:
            found = assess(predictor, music, request.jobs or os.cpu_count() or 1, watcher)
    if as_json:
        print(json.dumps(_record(found)))
    else:
        _show(found)
    _warn(found)
    _tell_left_out(found.left_out)
    return SOME_LEFT_OUT if found.left_out else 0


def _record(found: Assessment) -> dict[str, object]:
    seen = {"files": found.seen_files, "groups": found.seen_groups, "recorded": found.records_training}
    return {**found.report, "trained_on": seen, "unseen": found.unseen, "left_out": dict(found.left_out)}


def _show(found: Assessment) -> None:
    console = stdout_console()
    show_card(console, "All tracks", found.report)
    if found.unseen is not None:
        console.print()
        show_card(
            console, "Only tracks of which the artifact learnt neither the file nor others of its group", found.unseen
        )


def _warn(found: Assessment) -> None:
    console = stderr_console()
    if found.seen_groups:
        console.print(
            Text.assemble(
                ("warning ", "yellow"),
                f"the artifact was trained on {found.seen_files} of these very files, and on groups of "
                f"{found.seen_groups} of these tracks: figures over all tracks are too good",
            )
        )
    elif not found.records_training:
        note = "the artifact does not tell what it was trained on; on tracks that were, the figures are too good"
        console.print(Text.assemble(("note ", "yellow"), note))


def _tell_left_out(left_out: Mapping[str, str]) -> None:
    if not left_out:
        return
    console = stderr_console()
    console.print(Text(f"\n{len(left_out)} tracks do not count:", "bold"))
    for reason, count in Counter(left_out.values()).most_common(_SHOWN):
        first = next(path for path, why in left_out.items() if why == reason)
        console.print(Text(f"  {first}{f' and {count - 1} more' if count > 1 else ''}: {reason}"))
