"""The list of decisions, from the heads of their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from markdown import page, table

FOLDER = Path(__file__).parents[1] / "decisions"
_INTRO = """
One page for each choice that a reader would ask about, numbered, never rewritten: a later page replaces an earlier one.
`0000-template.md` is the form.
"""


def decisions_page() -> str:
    """The page that lists them."""
    return page("Decisions", _INTRO, [table(["number", "decision", "status"], _rows())])


def _rows() -> Iterator[tuple[str, str, str]]:
    for path in sorted(FOLDER.glob("[0-9]*.md")):
        number, title = re.findall(r"^# (\d+): (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[0]
        status = re.findall(r"Status: ([^.*]+)", path.read_text(encoding="utf-8"))[0]
        if number != "0000":
            yield number, f"[{title}]({path.name})", status
