"""Write one page for each row of the error table, and the list of all, into this folder."""

from __future__ import annotations

from pathlib import Path

from genrekit.errors import ERROR_TABLE
from genrekit.service.pages import error_index_markdown, error_markdown

FOLDER = Path(__file__).parent


def main() -> None:
    """Render all pages; those of rows that are gone are removed."""
    pages = {kind.name: error_markdown(kind) for kind in ERROR_TABLE} | {"index": error_index_markdown()}
    for path in FOLDER.glob("*.md"):
        if path.stem not in pages:
            path.unlink()
    for name, text in pages.items():
        (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
