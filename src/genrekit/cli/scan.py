"""``genrekit scan``: a whole library, with progress, and a summary in the end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from genrekit.artifact import SHIPPED, read_artifact
from genrekit.cli.console import shown_path, stderr_console, stdout_console
from genrekit.collection import scan as scanning
from genrekit.collection.manifest import Manifest, opened_manifest
from genrekit.collection.parts import Parts, opened_parts
from genrekit.collection.places import Place
from genrekit.collection.report import write_report
from genrekit.collection.results import as_record, check_results, is_folder_of_parts, write_results
from genrekit.collection.rows import Row
from genrekit.collection.scan import Engine, Outcome, Plan, Run, State
from genrekit.collection.summary import Summary, summarise
from genrekit.errors import AudioError, find_kind
from genrekit.genres import display_genre
from genrekit.values import Prediction
from genrekit.wire import encode


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the options of the command.

    Attributes:
        plan: what is scanned, and how.
        manifest: where answers are remembered.
        out: file or folder for the results, or None for lines of JSON on stdout where `as_json`.
        report: HTML file, or None.
        as_json: write results on stdout.
        engine: what answers; processes of this machine if None.
    """

    plan: Plan
    manifest: Path
    out: Place | None
    report: Path | None
    as_json: bool
    engine: Engine | None = None


@dataclass(slots=True)
class Tally:
    """What has become of the files so far."""

    states: Counter[State] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    start: float = field(default_factory=time.monotonic)

    def add(self, outcome: Outcome) -> None:
        """Count one file."""
        self.states[outcome.state] += 1
        if isinstance(outcome.result, AudioError):
            self.failures[outcome.result.kind.name] += 1
        elif isinstance(outcome.result, Prediction) and outcome.state is State.ANSWERED:
            self.seconds += outcome.result.duration

    def line(self) -> str:
        """For the progress: hours of sound, how fast, and failures by reason."""
        elapsed = max(time.monotonic() - self.start, 1e-6)
        parts = [f"{self.seconds / 3600:.1f} h of audio", f"{self.states[State.ANSWERED] / elapsed:.1f} files/s"]
        parts += [f"{count} {name}" for name, count in self.failures.most_common(3)]
        return ", ".join(parts)


def run(request: Request) -> int:
    """Scan, write what was asked for, and tell what there is.

    Returns:
        Exit status: 0 if all files have an answer, 1 otherwise.

    Raises:
        ArtifactError: the artifact is refused.
        SettingsError: the manifest or a file to write cannot be used.
        MissingExtraError: a format is asked for whose library is not installed.
    """
    if request.out is not None:
        check_results(request.out)
    with opened_manifest(request.manifest) as manifest:
        artifact = request.plan.settings.artifact
        genres = read_artifact(SHIPPED if artifact is None else artifact).manifest.genres
        found, tally = _answered(request, manifest, genres)
        if request.as_json:
            _print_json(scanning.results(manifest, found))
        summary = summarise(scanning.results(manifest, found))
        if request.report is not None:
            write_report(request.report, summary, genres)
    console = stderr_console() if request.as_json else stdout_console()
    _show(console, summary, tally, found)
    return 1 if tally.states[State.FAILED] else 0


def scan_with_progress(plan: Plan, manifest: Manifest) -> tuple[Run, Tally]:
    """Find and answer all files, telling how it goes where a person looks.

    Raises:
        ArtifactError: the artifact is refused.
    """
    found = scanning.find(plan, manifest)
    return found, _tallied(scanning.answer(plan, manifest, found), found)


def _answered(request: Request, manifest: Manifest, genres: Sequence[str]) -> tuple[Run, Tally]:
    """Answer, and write results: parts of a folder while it goes on, a file in the end."""
    found = scanning.find(request.plan, manifest)
    outcomes = scanning.answer(request.plan, manifest, found, request.engine)
    if request.out is None:
        return found, _tallied(outcomes, found)
    if isinstance(request.out, Path) and not is_folder_of_parts(request.out):
        tally = _tallied(outcomes, found)
        write_results(request.out, scanning.results(manifest, found), genres)
        return found, tally
    with opened_parts(request.out, manifest, found, genres) as parts:
        return found, _tallied(_put(outcomes, parts), found)


def _put(outcomes: Iterator[Outcome], parts: Parts) -> Iterator[Outcome]:
    for outcome in outcomes:
        parts.add(outcome.place)
        yield outcome


def _tallied(outcomes: Iterator[Outcome], found: Run) -> Tally:
    tally = Tally()
    with _progress() as progress:
        task = progress.add_task("", total=found.found)
        for outcome in outcomes:
            tally.add(outcome)
            progress.update(task, advance=1, description=tally.line())
    return tally


@contextmanager
def _progress() -> Iterator[Progress]:
    console = stderr_console()
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def _print_json(rows: Iterator[Row]) -> None:
    for row in rows:
        sys.stdout.write(encode(as_record(row)) + "\n")


def _show(console: Console, summary: Summary, tally: Tally, found: Run) -> None:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for genre, count in summary.genres.most_common():
        table.add_row(display_genre(genre), str(count))
    if summary.unsure:
        table.add_row(Text("unsure", "yellow"), str(summary.unsure))
    console.print(table)
    states = tally.states
    console.print(
        f"{found.found} found = {states[State.ANSWERED]} answered + {states[State.SKIPPED]} skipped "
        f"(answered before) + {states[State.FAILED]} failed"
    )
    errors = stderr_console()
    for code, count in summary.failures.most_common():
        errors.print(Text(f"{count} of {code} {find_kind(code).name}", "red"))
    for line in summary.failed[:20]:
        errors.print(Text(f"  {shown_path(line)}"))
    if len(summary.failed) > 20:
        errors.print("  ... --out or --report lists all")
