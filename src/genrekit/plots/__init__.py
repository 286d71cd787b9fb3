"""Pictures: one module a kind, each with a pure function ``draw`` from values to a `Picture`.

The only room that imports the plotting library.

Raises:
    MissingExtraError: on import, without the extra ``plots``.
"""

from genrekit.errors import MissingExtraError

try:
    from genrekit.plots.canvas import Picture
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "matplotlib":
        raise
    raise MissingExtraError("plots", "drawing pictures") from error

__all__ = ["Picture"]
