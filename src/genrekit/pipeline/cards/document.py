"""A card as sections of Markdown with a block of metadata, and the promise that none of it is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from genrekit.errors import DATASET_INVALID, DatasetError

_FEWEST_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a card.

    Attributes:
        title: its heading.
        text: Markdown.
    """

    title: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A card.

    Attributes:
        name: of its file, without suffix.
        title: its heading.
        metadata: what model hubs read, as YAML before the text.
        sections: in order.
    """

    name: str
    title: str
    metadata: Mapping[str, Any]
    sections: tuple[Section, ...]


def render_card(card: Card) -> str:
    """A card as Markdown.

    Raises:
        DatasetError: a section says nothing, or a value of the metadata is empty; the message names it.
    """
    for section in card.sections:
        if len(section.text.split()) < _FEWEST_WORDS:
            raise DatasetError(DATASET_INVALID, f"card {card.name}", f"says nothing under {section.title!r}")
    for key, value in card.metadata.items():
        if value in ("", None, [], {}):
            raise DatasetError(DATASET_INVALID, f"card {card.name}", f"has no {key!r} in its metadata")
    block = yaml.safe_dump(dict(card.metadata), sort_keys=False, allow_unicode=True, width=100)
    parts = [f"## {section.title}\n\n{section.text.strip()}\n" for section in card.sections]
    return f"---\n{block}---\n\n# {card.title}\n\n" + "\n".join(parts)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table; a table without rows is empty text, so that its section is found empty."""
    lines = [list(header), ["---"] * len(header), *map(list, rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines) if rows else ""


def percent(value: float) -> str:
    """A share as people read it."""
    return f"{100 * value:.1f} %"
