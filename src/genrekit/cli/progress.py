"""A progress bar for people who wait: on stderr, and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from genrekit.cli.console import shown_path, stderr_console
from genrekit.errors import AudioError


def tracked(items: Sequence[Path | AudioError]) -> Iterator[Path | AudioError]:
    """The items one by one, the bar moving on as each is done with."""
    return _with_bar(items) if sys.stderr.isatty() else iter(items)


def _with_bar(items: Sequence[Path | AudioError]) -> Iterator[Path | AudioError]:
    # A tenth of a second to import, which a program that reads the answers need not wait for.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Answers that go to a file or a program must not be led through the bar's console.
    redirect = sys.stdout.isatty()
    with Progress(*columns, console=stderr_console(), transient=True, redirect_stdout=redirect) as progress:
        task = progress.add_task("", total=len(items))
        for item in items:
            progress.update(task, description="" if isinstance(item, AudioError) else shown_path(item.name))
            yield item
            progress.advance(task)
