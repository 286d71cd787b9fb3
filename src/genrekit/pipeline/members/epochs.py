"""What decides the training of a network, and what it tells of each epoch; needs no library of networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from genrekit.pipeline.members.spectra import DisturbParams


@dataclass(frozen=True, slots=True)
class FitParams:
    """How a network is trained.

    Attributes:
        crop_frames: length of a crop, and of a window when it answers.
        epochs: at most.
        crops: in an epoch.
        batch: crops in a step.
        learning_rate: the highest, of AdamW.
        weight_decay: of AdamW.
        warmup: share of all steps in which the learning rate rises; then it falls along a cosine to 0.
        averaging: share of their past that the averaged weights keep at a step; it is they that are compared and kept.
        patience: epochs without a better validation after which training stops.
        held_back: share of the tracks on which the epochs are compared, by whole groups.
        smoothing: of the true genres.
        teacher: share of the teacher's probabilities in the targets.
        imitation: weight of the squared error of the teacher's other outputs.
        disturb: how crops are disturbed.
        seed: of all that is random.
    """

    crop_frames: int = 86
    epochs: int = 20
    crops: int = 640
    batch: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    warmup: float = 0.1
    averaging: float = 0.98
    patience: int = 10
    held_back: float = 0.12
    smoothing: float = 0.05
    teacher: float = 0.0
    imitation: float = 0.0
    disturb: DisturbParams = field(default_factory=DisturbParams)
    seed: int = 0

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return max(1, self.crops // self.batch)


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch came to: a row of the learning curve.

    Attributes:
        number: from 1.
        total: epochs at most.
        loss: mean over the crops, disturbed as they are.
        valid_loss: cross-entropy over the tracks held back.
        valid_accuracy: share of them that is right.
        learning_rate: at its end.
        seconds: that it took.
    """

    number: int
    total: int
    loss: float
    valid_loss: float
    valid_accuracy: float
    learning_rate: float
    seconds: float


Observer = Callable[[Epoch], None]
"""Is told of each epoch as it ends: a progress bar, a tracking server."""


def nobody(_: Epoch) -> None:
    """An observer that does nothing."""
