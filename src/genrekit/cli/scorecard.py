"""A report of predictions as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from genrekit.genres import display_genre


def show_card(console: Console, title: str, card: Mapping[str, Any]) -> None:
    """Print figures, genre by genre and as a whole.

    Args:
        console: where to.
        title: what they are of.
        card: as `genrekit.pipeline.scorecard.score` makes it.
    """
    console.print(Text(title, "bold"))
    console.print(_figures(card))
    console.print()
    console.print(_genres(card))


def _figures(card: Mapping[str, Any]) -> Table:
    low, high = card["interval"]
    sure = card["sure"]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_row("tracks", f"{card['tracks']} of {card['groups']} artists or other groups")
    table.add_row("accuracy", f"{_percent(card['accuracy'])} (95 % interval {_percent(low)} to {_percent(high)})")
    table.add_row("the same, every genre counting alike", _percent(card["balanced"]))
    table.add_row("always the most common genre", _percent(card["most_common"]))
    table.add_row(
        "answers that are not unsure", f"{_percent(sure['share'])}, of which {_percent(sure['accuracy'])} are right"
    )
    table.add_row("log-loss", f"{card['log_loss']:.3f}")
    table.add_row("calibration error", f"{card['calibration_error']:.3f}")
    return table


def _genres(card: Mapping[str, Any]) -> Table:
    """Of each genre how much is found, how much of what is found is right, and what it is most often taken for."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Genre", no_wrap=True)
    for name in ("Tracks", "Found", "Right", "F1"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Most often taken for")
    for index, (genre, row) in enumerate(card["by_genre"].items()):
        others = {other: count for other, count in enumerate(card["confusion"][index]) if other != index and count > 0}
        worst = max(others, key=lambda other: others[other]) if others else None
        taken = "" if worst is None else f"{display_genre(card['genres'][worst])} ({others[worst]:.0f})"
        table.add_row(
            Text(display_genre(genre)),
            f"{row['tracks']:.0f}",
            _percent(row["recall"]),
            _percent(row["precision"]),
            f"{row['f1']:.2f}",
            Text(taken),
        )
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
