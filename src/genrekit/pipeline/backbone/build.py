"""Stage: from the published ``musicnn`` wheel to the backbone's ONNX file, the same bytes every time.

    pip download musicnn==0.1.0 --no-deps --dest work
    python -m genrekit.pipeline.backbone.build --wheel work/musicnn-0.1.0-py3-none-any.whl --out work/members

The wheel is checked against its hash, its checkpoints against their own checksums. Where ``GENREKIT_DATA`` has
``golden/musicnn_reference.npz``, what the original package answered, the result is compared with it, and a
difference is an error. Beside the file its licence is written, with a note of where the weights come from.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.errors import DATASET_INVALID, DATASET_MISSING, DatasetError
from genrekit.pipeline.backbone.checkpoint import CheckpointError, read_checkpoint
from genrekit.pipeline.backbone.graph import N_PENULTIMATE, build_model
from genrekit.pipeline.backbone.layers import Variables
from genrekit.sessions import open_session

MODEL_NAME: Final = "backbone.onnx"
LICENSE_NAME: Final = "LICENSE-musicnn.txt"
REFERENCE: Final = Path("golden") / "musicnn_reference.npz"

NETS: Final[Mapping[str, str]] = {"msd": "MSD_musicnn", "mtt": "MTT_musicnn"}
"""Folder in the wheel by the net's name here: trained on the Million Song Dataset, and on MagnaTagATune."""

_WHEEL_SHA256: Final = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"
_LICENSE_ENTRY: Final = "musicnn-0.1.0.dist-info/LICENSE.md"
_ORIGIN: Final = """\
Weights of the nets MSD_musicnn and MTT_musicnn, from the Python package musicnn 0.1.0
(sha256 of its wheel: {digest}),
by Jordi Pons, published under the licence below. Rearranged into one ONNX graph by
genrekit.pipeline.backbone.build: the same answers.

{license}"""

TAG_TOLERANCE: Final = 1e-4
PENULTIMATE_TOLERANCE: Final = 1e-3
"""Most that may differ from the reference: far above what rounding does, far below what any mistake does."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one net's answers lie from the reference, on one piece of music.

    Attributes:
        piece: name of the piece in the reference.
        net: name of the net.
        tags: largest difference of a tag's probability.
        penultimate: largest difference in the penultimate layer, whose values span about -5 to 10.
    """

    piece: str
    net: str
    tags: float
    penultimate: float


def open_wheel(path: Path) -> zipfile.ZipFile:
    """The wheel, once its hash is right.

    Raises:
        DatasetError: there is no such file, or it is another one.
    """
    if not path.is_file():
        raise DatasetError(
            DATASET_MISSING, str(path), "is not there; get it with: pip download musicnn==0.1.0 --no-deps"
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != _WHEEL_SHA256:
        raise DatasetError(DATASET_INVALID, str(path), f"is not the wheel expected: its sha256 is {digest}")
    return zipfile.ZipFile(path)


def read_nets(wheel: zipfile.ZipFile) -> dict[str, Variables]:
    """The variables of every net in `NETS`, by its name here.

    Raises:
        DatasetError: a checkpoint is damaged.
    """
    nets: dict[str, Variables] = {}
    for name, folder in NETS.items():
        index, data = (wheel.read(f"musicnn/{folder}/{file}") for file in (".index", ".data-00000-of-00001"))
        try:
            nets[name] = read_checkpoint(index, data)
        except CheckpointError as error:
            raise DatasetError(DATASET_INVALID, folder, str(error)) from error
    return nets


def build_backbone(wheel: zipfile.ZipFile) -> tuple[bytes, str]:
    """The serialised graph, and the text of its licence with the note of origin."""
    notice = _ORIGIN.format(digest=_WHEEL_SHA256, license=wheel.read(_LICENSE_ENTRY).decode())
    return build_model(read_nets(wheel), notice).SerializeToString(deterministic=True), notice


def compare(model: bytes, reference: Path) -> Iterator[Difference]:
    """Run the graph on the reference's patches and say how far it is off."""
    session = open_session(model)
    outputs = ["embedding", *(f"{net}.tags" for net in NETS)]
    with np.load(reference) as golden:
        for piece in sorted({key.split("/")[0] for key in golden}):
            embedding, *tags = session.run(outputs, {"mel": golden[f"{piece}/mel0"][None]})
            for index, (net, folder) in enumerate(NETS.items()):
                start = index * N_PENULTIMATE
                yield Difference(
                    piece=piece,
                    net=net,
                    tags=_distance(tags[index][0], golden[f"{piece}/{folder}/taggram"][0]),
                    penultimate=_distance(
                        embedding[0, start : start + N_PENULTIMATE], golden[f"{piece}/{folder}/penultimate0"]
                    ),
                )


def _distance(values: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    return float(np.abs(values - expected).max())


def prove(model: bytes, reference: Path) -> str:
    """One sentence on how close the graph comes to the reference.

    Raises:
        DatasetError: a tag or a penultimate value is further off than rounding explains.
    """
    differences = list(compare(model, reference))
    tags = max(difference.tags for difference in differences)
    penultimate = max(difference.penultimate for difference in differences)
    found = f"tags within {tags:.1e}, penultimate layer within {penultimate:.1e} of the original's on {reference.name}"
    if not (tags <= TAG_TOLERANCE and penultimate <= PENULTIMATE_TOLERANCE):
        raise DatasetError(DATASET_INVALID, MODEL_NAME, f"does not answer as the original does: {found}")
    return found


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, required=True, help="musicnn-0.1.0-py3-none-any.whl")
    parser.add_argument("--out", type=Path, required=True, help="folder for the graph and its licence")
    options = parser.parse_args()
    model, notice = build_backbone(open_wheel(options.wheel))
    data = os.environ.get("GENREKIT_DATA")
    proof = prove(model, Path(data) / REFERENCE) if data else "not compared: GENREKIT_DATA is not set"
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / MODEL_NAME).write_bytes(model)
    (options.out / LICENSE_NAME).write_text(notice)
    print(f"{options.out / MODEL_NAME}: {len(model)} bytes, sha256 {hashlib.sha256(model).hexdigest()}; {proof}")  # noqa: T201


if __name__ == "__main__":
    main()
