"""Epochs as they end: a bar with the time left on a terminal, else a line every epoch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from genrekit.pipeline.members.epochs import Epoch, Observer


@contextmanager
def bar(label: str, total: int, console: Console | None = None) -> Iterator[Observer]:
    """An observer that shows epochs on standard error.

    Args:
        label: what is being trained.
        total: epochs at most.
        console: where to; standard error if None.
    """
    shown = Console(file=sys.stderr) if console is None else console
    if not shown.is_terminal:
        yield lambda epoch: shown.print(f"{label}: {_told(epoch)}", highlight=False, soft_wrap=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=shown) as progress:
        task = progress.add_task(label, total=total)

        def observe(epoch: Epoch) -> None:
            progress.update(task, completed=epoch.number, description=f"{label}, loss {epoch.valid_loss:.3f}")

        yield observe


def _told(epoch: Epoch) -> str:
    left = (epoch.total - epoch.number) * epoch.seconds
    return (
        f"epoch {epoch.number} of {epoch.total}, loss {epoch.loss:.3f}, held back {epoch.valid_loss:.3f} "
        f"({epoch.valid_accuracy:.0%}), {left:.0f} s left at most"
    )
