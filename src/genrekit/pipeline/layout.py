"""Where the stages of one training keep their files: every path that ``dvc.yaml`` names, by its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genrekit.artifact import SHIPPED

MODEL_NAME: Final = "model.onnx"
OUT_OF_FOLD_NAME: Final = "out_of_fold.npz"
HISTORY_NAME: Final = "history.json"
REPORTS: Final = Path("reports")
CARDS: Final = Path("docs/cards")
BACKBONE: Final = "backbone.onnx"
NOTICE: Final = "LICENSE-musicnn.txt"


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths below one folder.

    Attributes:
        work: the folder.
        backbone: folder with the pretrained nets' graph and its licence.
    """

    work: Path = Path("work")
    backbone: Path = SHIPPED

    @property
    def data(self) -> Path:
        """The data set, written by prepare: ``index.csv``, ``splits/``."""
        return self.work / "data"

    @property
    def features(self) -> Path:
        """Written by featurize: a folder a part."""
        return self.work / "features"

    def member(self, name: str) -> Path:
        """Written by train: a member's graph, its out-of-fold predictions and its history."""
        return self.work / "members" / name

    def progress(self, name: str) -> Path:
        """What a member's training under way has finished; gone once it is done."""
        return self.work / "progress" / name

    @property
    def perturbed(self) -> Path:
        """Written by perturb: a folder a perturbation."""
        return self.work / "perturbed"

    @property
    def out_of_fold(self) -> Path:
        """Written by assemble: the out-of-fold predictions of all members."""
        return self.work / OUT_OF_FOLD_NAME

    @property
    def artifact(self) -> Path:
        """Written by assemble."""
        return self.work / "artifact"
