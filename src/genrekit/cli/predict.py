"""``genrekit predict``: the genre of each file, for people or for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from genrekit import wire
from genrekit.cli.console import clock, shown_path, stderr_console, stdout_console
from genrekit.cli.picture import timeline_writer
from genrekit.cli.progress import tracked
from genrekit.collection.walk import find_audio
from genrekit.errors import AudioError
from genrekit.genres import display_genre
from genrekit.predictor import Predictor
from genrekit.values import ClipResult, Prediction

SOME_FAILED: Final = 1
_BAR_CELLS: Final = 20
# Of the columns time, genre, probability and bar: the timelines of several files line up.
_TIMELINE_WIDTHS: Final = (13, 9, 5, _BAR_CELLS)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the options of the command."""

    paths: tuple[Path, ...]
    timeline: bool
    top: int
    threshold: float | None
    max_seconds: float | None
    excerpts: int | None
    artifact: Path | None
    plot: Path | None


Outcome = tuple[str, Prediction | AudioError]


def run(request: Request, *, as_json: bool) -> int:
    """Answer all files; a file that fails does not stop the others.

    Returns:
        Exit status: 0 if all were answered, 1 otherwise.

    Raises:
        ArtifactError: the artifact is refused.
        SettingsError: an option makes no sense.
        MissingExtraError: a picture is asked for without the extra that draws it.
    """
    show = _write_json if as_json else _show_people
    draw = timeline_writer(request.plot, request.paths) if request.plot else None
    outcomes: list[Outcome] = []
    show(_kept(_outcomes(request), outcomes), request)
    for _, answer in outcomes:
        if draw and not isinstance(answer, AudioError):
            draw(answer)
    return SOME_FAILED if any(isinstance(answer, AudioError) for _, answer in outcomes) else 0


def _kept(outcomes: Iterator[Outcome], kept: list[Outcome]) -> Iterator[Outcome]:
    for outcome in outcomes:
        kept.append(outcome)
        yield outcome


def _outcomes(request: Request) -> Iterator[Outcome]:
    predictor = Predictor.load(request.artifact)
    for item in tracked(list(find_audio(request.paths))):
        yield _outcome(predictor, item, request)


def _outcome(predictor: Predictor, item: Path | AudioError, request: Request) -> Outcome:
    if isinstance(item, AudioError):
        return item.subject, item
    try:
        prediction = predictor.predict(
            item, threshold=request.threshold, max_seconds=request.max_seconds, excerpts=request.excerpts
        )
    except AudioError as error:
        return shown_path(item), error
    return shown_path(item), prediction


def _write_json(outcomes: Iterator[Outcome], request: Request) -> None:
    for path, answer in outcomes:
        if isinstance(answer, AudioError):
            record: wire.PredictionRecord | wire.ErrorRecord = wire.error_record(path, answer)
        else:
            record = wire.prediction_record(path, answer, timeline=request.timeline)
        print(wire.encode(record), flush=True)


def _show_people(outcomes: Iterator[Outcome], request: Request) -> None:
    console, failures = stdout_console(), []
    rows = []
    try:
        for path, answer in outcomes:
            if isinstance(answer, AudioError):
                failures.append(answer)
            else:
                rows.append((path, answer))
    finally:
        # Also after an interruption: what has been answered is not lost.
        if rows:
            console.print(_table(rows, request.top))
        if request.timeline:
            for path, prediction in rows:
                _show_timeline(console, path, prediction)
        _list_warnings(rows)
        _list_failures(failures, len(rows) + len(failures))


def _table(rows: list[tuple[str, Prediction]], top: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("File", overflow="fold")
    table.add_column("Genre", no_wrap=True)
    table.add_column("Probability", overflow="fold")
    table.add_column("Heard", justify="right", no_wrap=True)
    for path, prediction in rows:
        candidates = "  ".join(f"{display_genre(genre)} {_percent(proba)}" for genre, proba in prediction.top(top))
        verdict = Text("unsure", "yellow") if prediction.unsure else Text(display_genre(prediction.genre), "bold")
        table.add_row(Text(path), verdict, candidates, clock(prediction.duration))
    return table


def _show_timeline(console: Console, path: str, prediction: Prediction) -> None:
    """One line for each run of stretches in which the same genre leads."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for width in _TIMELINE_WIDTHS:
        table.add_column(min_width=width)
    for genre, group in groupby(prediction.clips, key=lambda clip: clip.genre):
        clips: list[ClipResult] = list(group)
        proba = sum(clip.proba[genre] for clip in clips) / len(clips)
        bar = "█" * max(1, round(proba * _BAR_CELLS))
        table.add_row(f"  {clock(clips[0].start)}-{clock(clips[-1].end)}", display_genre(genre), _percent(proba), bar)
    console.print()
    console.print(Text(path, "bold"))
    console.print(table)


def _list_warnings(rows: list[tuple[str, Prediction]]) -> None:
    console = stderr_console()
    for path, prediction in rows:
        for warning in prediction.warnings:
            console.print(Text.assemble(("warning ", "yellow"), f"{path}: {warning}"))


def _list_failures(failures: list[AudioError], total: int) -> None:
    if not failures:
        return
    console = stderr_console()
    noun = "file" if total == 1 else "files"
    console.print(Text(f"\n{len(failures)} of {total} {noun} could not be answered:", "bold red"))
    for error in failures:
        console.print(Text(f"  {error} [{error.kind.code}]"))
    console.print(f"`genrekit explain {failures[0].kind.code}` tells what to do.")


def _percent(proba: float) -> str:
    return f"{100 * proba:.0f} %"
