"""How a stage ends when something is wrong: one line that names the thing, and a status; no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from genrekit.errors import GenrekitError


def run_stage(main: Callable[[], object]) -> None:
    """Run a stage's main function; an error of the table ends the process as the command line would."""
    try:
        main()
    except GenrekitError as error:
        print(f"{error} [{error.kind.code}]\n{error.kind.hint}", file=sys.stderr)  # noqa: T201 - for whoever ran it
        sys.exit(error.kind.exit_status)
