"""Entry point of the command line, and the one place where errors become exit statuses."""

from __future__ import annotations

import os
import sys
from typing import Final

from genrekit import __version__

INTERRUPTED: Final = 130


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"]:
        # Before the command-line library is imported: programs ask for this often.
        print(f"genrekit {__version__}")
        return
    # Files are worked on side by side and their matrices are small: threads of the linear algebra would only spin, a
    # fifth of a second of every short command.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _run() -> None:
    from genrekit.cli.app import app
    from genrekit.errors import GenrekitError

    try:
        app()
    except GenrekitError as error:
        print(f"{error} [{error.kind.code}]\n{error.kind.hint}", file=sys.stderr)
        sys.exit(error.kind.exit_status)
