"""Write the pages and pictures that are made from the code; ``--check`` changes nothing and fails where one is stale.

python docs/render [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from commands import command_page
from decisions import decisions_page
from pictures import architecture_svg, pipeline_svg
from rest import rest_page
from settings import params_page, settings_page
from watched import watched_page

DOCS = Path(__file__).parents[1]
PAGES: dict[str, Callable[[], str]] = {
    "decisions/README.md": decisions_page,
    "images/architecture.svg": architecture_svg,
    "images/pipeline.svg": pipeline_svg,
    "reference/command-line.md": command_page,
    "reference/metrics.md": watched_page,
    "reference/params.md": params_page,
    "reference/rest.md": rest_page,
    "reference/settings.md": settings_page,
}


def main() -> int:
    """Render, or look; the exit status."""
    check = "--check" in sys.argv[1:]
    stale = []
    for name, render in PAGES.items():
        path, text = DOCS / name, render()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/{name}: {'is out of date; run python docs/render' if check else 'rendered'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
