"""``genrekit train``: from a folder of music to an artifact that predicts its genres."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from rich.text import Text

from genrekit.cli.console import shown_path, stderr_console, stdout_console
from genrekit.cli.scorecard import show_card
from genrekit.cli.steps_bar import steps_bar
from genrekit.errors import BAD_SETTING, MissingExtraError, SettingsError

SOME_LEFT_OUT: Final = 1
DOUBTS_NAME: Final = "doubtful.csv"
_NEEDED: Final = ("onnx", "scipy", "sklearn", "skl2onnx")
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the options of the command."""

    music: Path
    out: Path
    work: Path | None
    groups: Path | None
    corrections: Path | None
    jobs: int | None


def run(request: Request, *, as_json: bool) -> int:
    """Train, and tell what it is worth.

    Returns:
        Exit status: 0, or 1 if tracks were left out.

    Raises:
        MissingExtraError: the libraries that train are not installed.
        DatasetError: there is too little to learn from.
        SettingsError: the artifact or the work folder cannot be written.
    """
    _require_extra()
    from genrekit.pipeline.datasets.folder import read_pairs
    from genrekit.pipeline.datasets.music import find_music

    work = request.work or request.out.with_name(f"{request.out.name}.work")
    _check_place(request.out)
    groups = read_pairs(request.groups, "group") if request.groups else None
    corrections = read_pairs(request.corrections, "genre") if request.corrections else None
    music = find_music(request.music, work / "unpacked", groups=groups, corrections=corrections)
    # Only now: seconds to import, which a mistyped path need not wait for.
    from genrekit.pipeline.own_genres import learn

    try:
        with steps_bar() as watcher:
            learnt = learn(music, request.out, work, request.jobs or os.cpu_count() or 1, watcher)
        _write_doubts(work / DOUBTS_NAME, learnt.doubts)
    except OSError as error:
        where = error.filename or request.out
        raise SettingsError(BAD_SETTING, shown_path(where), f"cannot be written: {error.strerror}") from error
    _tell(learnt.left_out, learnt.repetitions, learnt.doubts, work)
    if as_json:
        print(json.dumps({"artifact": learnt.artifact_id, **learnt.report, "left_out": dict(learnt.left_out)}))
    else:
        _show(request, learnt.artifact_id, learnt.report)
    return SOME_LEFT_OUT if learnt.left_out else 0


def _require_extra() -> None:
    if any(find_spec(module) is None for module in _NEEDED):
        raise MissingExtraError("train", "training on your own genres")


def _check_place(out: Path) -> None:
    """Before an hour of listening: a folder that is there already must be an artifact, or nothing would be lost."""
    from genrekit.artifact import MANIFEST_NAME

    if out.exists() and not (out / MANIFEST_NAME).exists() and (out.is_file() or any(out.iterdir())):
        raise SettingsError(BAD_SETTING, shown_path(out), "is there already and is no artifact; name another place")


def _show(request: Request, artifact_id: str, report: Mapping[str, Any]) -> None:
    console = stdout_console()
    known = report["groups_known"]
    show_card(console, "Out of fold: each track answered by a head that never saw it, nor others of its group", report)
    if known < report["tracks"]:
        unknown = report["tracks"] - known
        console.print(
            f"\nOf {unknown} tracks the artist is not known: others of the same artist may have been learnt from, and "
            "the figures are kinder than new music will be. `--groups FILE` names artists."
        )
    console.print(f"\nArtifact {artifact_id}. Use it: genrekit predict --artifact {shown_path(request.out)} FILE")


def _tell(
    left_out: Mapping[str, str],
    repetitions: Sequence[tuple[str, str]],
    doubts: Sequence[tuple[str, str, str, float]],
    work: Path,
) -> None:
    """What a person may want to look at, on stderr."""
    _listed(f"{len(left_out)} tracks were left out:", [f"{path} {reason}" for path, reason in sorted(left_out.items())])
    _listed(
        f"{len(repetitions)} pairs are one recording, and were kept on one side of every fold:",
        [f"{first} and {second}" for first, second in repetitions][:_SHOWN],
    )
    _listed(
        f"{len(doubts)} tracks sound like another genre than theirs. All are in {shown_path(work / DOUBTS_NAME)};"
        " strike out what is right as it is, and --corrections takes the rest:",
        [f"{path}: {filed}, sounds like {sounds} ({100 * proba:.0f} %)" for path, filed, sounds, proba in doubts][
            :_SHOWN
        ],
    )


def _listed(title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console = stderr_console()
    console.print(Text(f"\n{title}", "bold"))
    for line in lines:
        console.print(Text(f"  {shown_path(line)}"))


def _write_doubts(path: Path, doubts: Sequence[tuple[str, str, str, float]]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        rows = [(name, sounds, filed, f"{proba:.2f}") for name, filed, sounds, proba in doubts]
        csv.writer(file, lineterminator="\n").writerows([("path", "genre", "filed_under", "probability"), *rows])
