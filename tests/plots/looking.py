"""What the tests of pictures look at: an SVG as a tree, a PNG as pixels."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import matplotlib.image
import numpy as np
from numpy.typing import NDArray

from genrekit.plots import Picture

_SVG = "{http://www.w3.org/2000/svg}"


def words(picture: Picture) -> list[str]:
    """All texts of a picture, in drawing order."""
    root = ET.fromstring(picture.svg())  # noqa: S314 - drawn on the spot
    return ["".join(element.itertext()).strip() for element in root.iter(f"{_SVG}text")]


def pixels(picture: Picture) -> NDArray[np.float64]:
    """The picture as float (height, width, 4), colours and opacity from 0 to 1."""
    return np.asarray(matplotlib.image.imread(io.BytesIO(picture.png()), format="png"))


def share_of(picture: Picture, colour: str, tolerance: float = 0.08) -> float:
    """Share of the pixels that have this colour, or nearly."""
    wanted = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    seen = pixels(picture)
    near = np.all(np.abs(seen[..., :3] - wanted) < tolerance, axis=2) & (seen[..., 3] > 0.5)
    return float(near.mean())
