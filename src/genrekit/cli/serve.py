"""``genrekit serve`` and ``genrekit api-key``: the service, and who may ask it."""

from __future__ import annotations

import os
import sys

from genrekit.errors import MissingExtraError


def run(**options: object) -> int:
    """Serve until a signal ends it.

    Args:
        options: settings given on the command line, by name; None where one was not given.

    Raises:
        MissingExtraError: the web server is not installed.
        SettingsError: a setting makes no sense.
        ArtifactError: the artifact is refused.
    """
    try:
        from genrekit.service.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("genrekit"):
            raise
        raise MissingExtraError("api", "genrekit serve") from error
    from genrekit.service.settings import default_state_dir, read_settings

    settings = read_settings(os.environ, **options)
    return serve(settings, settings.state_dir or default_state_dir(os.environ))


def run_api_key(name: str) -> int:
    """Make a key: its line for the file of keys goes to stdout, the key itself, once, to stderr.

    Raises:
        SettingsError: the name has letters that a file of keys does not take.
    """
    from genrekit.service.auth import make_key

    key, line = make_key(name)
    print(line)
    print(f"The key, shown only now: {key}", file=sys.stderr)
    return 0
