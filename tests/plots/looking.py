"""What the tests of pictures look at: an SVG as a tree, a PNG as pixels, and pictures as they were before.

The pictures in ``baselines`` are what each kind looked like when somebody last looked. A test fails where a picture
has changed; if the change is meant, ``make baselines`` draws them anew, and the difference is looked at in review.
"""

from __future__ import annotations

import io
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib.image
import numpy as np
from numpy.typing import NDArray

from genrekit.plots import Picture

BASELINES = Path(__file__).parent / "baselines"
RENEW = "GENREKIT_RENEW_BASELINES"
# Versions of the library set letters differently and draw edges up to two pixels apart.
BLOCK = 12  # pixels, at 72 dots an inch
REACH = 2  # pixels
TOLERANCE = 0.05  # of the range from black to white, in the block that differs most

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


def on_paper(picture: Picture) -> NDArray[np.float64]:
    """The picture on white at 72 dots an inch, float (height, width, 3)."""
    seen = pixels(picture)
    return block_means(seen[..., :3] * seen[..., 3:] + 1 - seen[..., 3:], 2)


def block_means(image: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Means over squares of so many pixels; what is left over at the edges is dropped."""
    height, width = image.shape[0] // size, image.shape[1] // size
    squares = image[: height * size, : width * size].reshape(height, size, width, size, -1)
    return squares.mean(axis=(1, 3))


def difference(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """How far two pictures on paper are apart: root mean square over the colours of the block that differs most.

    Each block is held against the best of its places in the other picture that are at most `REACH` pixels away.
    """
    if first.shape != second.shape:
        return 1.0
    blocks, reach = block_means(first, BLOCK), range(-REACH, REACH + 1)
    moved = (np.roll(second, (down, right), axis=(0, 1)) for down in reach for right in reach)
    apart = [np.square(blocks - block_means(each, BLOCK)).mean(axis=2) for each in moved]
    return float(np.sqrt(np.min(apart, axis=0).max()))


def assert_looks_as_before(picture: Picture, name: str) -> None:
    """The picture is that of the baseline of this name, as far as the eye can tell."""
    baseline, seen = BASELINES / f"{name}.png", on_paper(picture)
    if os.environ.get(RENEW):
        BASELINES.mkdir(exist_ok=True)
        write_image(baseline, seen)
    apart = difference(seen, np.asarray(matplotlib.image.imread(baseline)[..., :3], dtype=np.float64))
    assert apart <= TOLERANCE, (
        f"{name} looks different: {apart:.3f} from {baseline.name}, {TOLERANCE} is allowed. "
        "If that is meant, run `make baselines` and look at what it drew."
    )


def write_image(path: Path, image: NDArray[np.float64]) -> None:
    """As a small PNG that says nothing of when and by what it was drawn."""
    matplotlib.image.imsave(
        path, np.round(255 * image).astype(np.uint8), pil_kwargs={"optimize": True}, metadata={"Software": None}
    )
