"""Entry point of the command line, and the one place where errors become exit statuses."""

from __future__ import annotations

import os
import sys

from genrekit import __version__

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"]:
        # Before the command-line library is imported: programs ask for this often.
        print(f"genrekit {__version__}")
        return
    sys.exit(_run())


def _run() -> int:
    import click

    from genrekit.cli.app import app
    from genrekit.errors import GenrekitError

    try:
        status = app(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except GenrekitError as error:
        print(f"{error} [{error.kind.code}]\n{error.kind.hint}", file=sys.stderr)
        return error.kind.exit_status
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more while flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status if isinstance(status, int) else 0
