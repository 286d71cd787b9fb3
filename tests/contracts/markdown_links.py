"""Links and headings of a Markdown page, as the site and the usual viewers of Markdown number them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)


def links(text: str) -> Iterator[str]:
    """Where the links and pictures of a page lead; code is left out, but for that in a link's own text."""
    yield from _LINK.findall(_CODE.sub("code", _FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """What a link may name behind ``#``."""
    found: dict[str, int] = {}
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())
        found[slug] = found.get(slug, 0) + 1
    return set(found)


def local_target(page: Path, link: str) -> tuple[Path, str] | None:
    """File and anchor that a link of a page names; None where it leads to another site."""
    if re.match(r"[a-z][a-z+.-]*:", link):
        return None
    path, _, anchor = link.partition("#")
    return ((page.parent / path).resolve() if path else page), anchor
