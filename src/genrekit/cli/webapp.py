"""``genrekit app``: the web page."""

from __future__ import annotations

from typing import Any

from genrekit.cli.console import stderr_console
from genrekit.errors import MissingExtraError


def run(**given: Any) -> int:
    """Serve the page until a signal ends it.

    Args:
        given: options of the command line, by name; None where one was not given.

    Raises:
        MissingExtraError: the page's libraries are not installed.
        SettingsError: an option makes no sense.
        ArtifactError: the artifact is refused.
    """
    try:
        from genrekit.webapp.app import read_options, serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("genrekit"):
            raise
        raise MissingExtraError("webapp", "genrekit app") from error

    options = read_options(**given)
    stderr_console().print(f"The page will be at http://{options.host}:{options.port} (Ctrl+C ends it)")
    return serve(options)
