"""Look at the built site: everything that a page needs comes from the site itself, and no link of it leads nowhere.

python docs/check_site.py FOLDER

Exit status: 0 all is well, 1 something is not, and is named.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself; a link is only followed by those who want to.
_FETCHED = {"audio", "embed", "iframe", "img", "script", "source", "video"}
_FETCHED_LINKS = {"icon", "modulepreload", "preconnect", "prefetch", "preload", "stylesheet"}
_IN_STYLE = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")
_OUTSIDE = re.compile(r"(?:[a-z][a-z+.-]*:)?//", re.IGNORECASE)
# The theme's script fetches what draws these from public servers, on pages that have them.
_DRAWN_ELSEWHERE = {"glightbox", "md-source", "mermaid", "pyodide"}


@dataclass
class Page(HTMLParser):
    """What one page fetches, where its links lead, and what may be linked in it."""

    fetched: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    _in_style: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sort what an element names."""
        given = {name: value or "" for name, value in attrs}
        self.fetched += [f"//{name}" for name in _DRAWN_ELSEWHERE & set(given.get("class", "").split())]
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        self._in_style = tag == "style"
        self.fetched += [address for found in _IN_STYLE.findall(given.get("style", "")) for address in found if address]
        if tag in _FETCHED and given.get("src"):
            self.fetched.append(given["src"])
        elif tag == "link" and given.get("href"):
            wanted = _FETCHED_LINKS & set(given.get("rel", "").split())
            (self.fetched if wanted else self.links).append(given["href"])
        elif tag in ("a", "area") and given.get("href"):
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        """Styles written in the page fetch, too."""
        if self._in_style:
            self.fetched += [address for found in _IN_STYLE.findall(data) for address in found if address]


def faults(site: Path) -> Iterator[str]:
    """Whatever is wrong, one line each."""
    pages = {path: read(path) for path in sorted(site.rglob("*.html"))}
    if not pages:
        yield f"{site}: there is no page"
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for address in page.fetched:
            yield from _fetched(site, path, name, address)
        for address in page.links:
            yield from _linked(site, path, name, address, pages)
    for path in sorted(site.rglob("*.css")):
        for found in _IN_STYLE.findall(path.read_text(encoding="utf-8")):
            yield from _fetched(site, path, path.relative_to(site).as_posix(), "".join(found))


def read(path: Path) -> Page:
    """A page, taken apart."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _fetched(site: Path, path: Path, name: str, address: str) -> Iterator[str]:
    if address.startswith(("data:", "#")):
        return
    if _OUTSIDE.match(address):
        yield f"{name}: fetches {address}"
    elif not target(site, path, address).is_file():
        yield f"{name}: {address} is not there"


def _linked(site: Path, path: Path, name: str, address: str, pages: dict[Path, Page]) -> Iterator[str]:
    if re.match(r"[a-z][a-z+.-]*:", address) or address.startswith("//"):
        return
    found = target(site, path, address)
    anchor = unquote(urlsplit(address).fragment)
    if not found.is_file():
        yield f"{name}: {address} leads nowhere"
    elif anchor and found in pages and anchor not in pages[found].anchors | {"__top"}:
        yield f"{name}: {address}: there is no such place on that page"


def target(site: Path, path: Path, address: str) -> Path:
    """The file that an address of the site means, seen from one of its files."""
    named = unquote(urlsplit(address).path)
    if not named:
        return path
    found = (site / named.lstrip("/") if named.startswith("/") else path.parent / named).resolve()
    return found / "index.html" if found.is_dir() else found


def main() -> int:
    """Look, and tell; the exit status."""
    found = list(faults(Path(sys.argv[1]).resolve()))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
