"""``genrekit predict --plot``: the timeline of one file as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from genrekit.errors import BAD_SETTING, SettingsError
from genrekit.values import Prediction

Draw = Callable[[Prediction], None]


def timeline_writer(path: Path, sources: Sequence[Path]) -> Draw:
    """What writes the picture of a prediction; all that can be wrong is found before anything is heard.

    Args:
        path: of the picture, ``.png`` or ``.svg``.
        sources: what is to be answered.

    Raises:
        SettingsError: the suffix is another one, its folder is missing, or not exactly one file is answered.
        MissingExtraError: the plotting library is not installed.
    """
    if path.suffix.lower() not in {".png", ".svg"}:
        raise SettingsError(
            BAD_SETTING, "--plot", f"writes .png and .svg, not {path.suffix or 'a name without suffix'}"
        )
    if not path.parent.is_dir():
        raise SettingsError(BAD_SETTING, "--plot", f"cannot write to {path.parent}: no such folder")
    if len(sources) != 1 or sources[0].is_dir():
        raise SettingsError(BAD_SETTING, "--plot", "shows one file; name exactly one")
    from genrekit.plots import timeline

    def write(prediction: Prediction) -> None:
        picture = timeline.draw(prediction)
        content = picture.png() if path.suffix.lower() == ".png" else picture.svg().encode()
        path.write_bytes(content)

    return write
