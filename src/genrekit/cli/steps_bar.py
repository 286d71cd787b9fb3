"""A bar with the time left for runs of several parts: on stderr, and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from genrekit.cli.console import shown_path, stderr_console


class Watcher(Protocol):
    """Is told how far a run is; the same words as in `genrekit.pipeline.own_data`."""

    def begin(self, what: str, total: int) -> None:
        """Something of so many steps begins."""

    def advance(self, name: str) -> None:
        """One of them is done."""


class _Silent:
    def begin(self, what: str, total: int) -> None:
        pass

    def advance(self, name: str) -> None:
        pass


@dataclass(slots=True)
class _Bar:
    progress: Progress
    task: TaskID | None = None

    def begin(self, what: str, total: int) -> None:
        if self.task is not None:
            self.progress.remove_task(self.task)
        self.task = self.progress.add_task(what, total=total, name="")

    def advance(self, name: str) -> None:
        if self.task is not None:
            self.progress.update(self.task, advance=1, name=shown_path(name))


@contextmanager
def steps_bar() -> Iterator[Watcher]:
    """One bar, for the part that is under way."""
    if not sys.stderr.isatty():
        yield _Silent()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False),
    )
    with Progress(*columns, console=stderr_console(), transient=True) as progress:
        yield _Bar(progress)
