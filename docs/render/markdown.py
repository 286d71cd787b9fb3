"""Small parts of Markdown that every rendered page is put together from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from inspect import cleandoc

_SECTION = re.compile(r"^(?:Attributes|Args|Raises|Returns):$", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8,}.*)*)", re.MULTILINE)
_MARKUP = re.compile(r"``([^`]*)``")


def page(title: str, intro: str, parts: Iterable[str]) -> str:
    """A page; each part ends in an empty line."""
    body = "".join(f"{part.rstrip()}\n\n" for part in parts)
    return f"# {title}\n\n{intro.strip()}\n\n{body}".rstrip() + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what would break a cell is escaped."""
    lines = [header, ["---"] * len(header), *([cell(text) for text in row] for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def cell(text: str) -> str:
    """A text in a cell: one line, no bar."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    """A text as code."""
    return f"`{text}`"


def prose(text: str) -> str:
    """A docstring's markup as that of Markdown."""
    return _MARKUP.sub(r"`\1`", text)


def summary(documented: object) -> str:
    """What a docstring says before its sections."""
    head = _SECTION.split(cleandoc(documented.__doc__ or ""))[0]
    return "\n\n".join(" ".join(part.split()) for part in prose(head).strip().split("\n\n"))


def attributes(documented: object) -> dict[str, str]:
    """What a class says of its attributes, by name."""
    text = cleandoc(documented.__doc__ or "")
    _, _, section = text.partition("Attributes:\n")
    return {name: prose(" ".join(words.split())) for name, words in _ATTRIBUTE.findall(_SECTION.split(section)[0])}
