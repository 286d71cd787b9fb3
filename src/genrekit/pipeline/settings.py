"""What decides a training: the choices that the artifact carries to where it answers, and what ``params.yaml`` may say.

Every key of ``params.yaml`` has its type, its bounds and its default here; `genrekit.pipeline.params_file` reads it.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

import clipfeat
from genrekit.pipeline.datasets.settings import PrepareParams

LEVEL_DBFS: Final = -17.0
"""Root mean square to which every track is brought first [dB re full scale]."""

PATCH_FRAMES: Final = 125
HOP_FRAMES: Final = 124
"""Two seconds, side by side: as long as the shortest excerpts, so that length cannot give a genre away."""

TABULAR: Final = clipfeat.FeatureConfig(recipe="modern")
TABULAR_CLIP_SECONDS: Final = 10.0
"""As long as the windows of the published table that has rows of all tracks."""

CLIP_SECONDS: Final = 3.0
"""Length of a stretch of the timeline [s]."""

Count = Annotated[int, Meta(ge=1)]
Whole = Annotated[int, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
NotNegative = Annotated[float, Meta(ge=0)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]*$")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all parts of ``params.yaml`` share: frozen, and an unknown key is refused."""


class FeaturizeParams(Section, frozen=True):
    """What is computed of each recording.

    Attributes:
        strong: augmented copies that are changed much.
        weak: augmented copies that are changed little.
        patches: heard of each copy, at most.
        clip_seconds: length of the clips of the classic features [s].
        seed: of the augmentation.
    """

    strong: Whole = 4
    weak: Whole = 3
    patches: Count = 6
    clip_seconds: Positive = TABULAR_CLIP_SECONDS
    seed: Whole = 20_261_125


class FillParams(Section, frozen=True):
    """How smooth the estimate of embeddings from tags is.

    Attributes:
        gamma: of the kernel exp(-gamma d^2), d^2 being the mean squared difference of the standardised logits.
        ridge: added to the kernel's diagonal.
    """

    gamma: Positive = 0.3
    ridge: Positive = 10.0


class HeadParams(Section, frozen=True):
    """How the head on the backbone is regularised.

    Attributes:
        looseness: weight of the cross-entropy against half the squared distance from the prior (the C of
            scikit-learn), on standardised embeddings.
        prior: change of a genre's log-odds for one standard deviation of its tags' log-odds, before any training.
        within: how much more a weight costs along what changes within tracks, against the same length elsewhere.
    """

    looseness: Positive = 0.01
    prior: NotNegative = 1.6
    within: NotNegative = 0.5


class MusicnnParams(Section, frozen=True):
    """The member on the pretrained backbone.

    Attributes:
        patches: of a track that are learnt from, at most, clean and filled ones each.
        fill_weight: of a track of which only tags are known, against 1 for one that was heard.
        fill: how embeddings are estimated from tags.
        head: how the head on the backbone is regularised.
    """

    patches: Count = 6
    fill_weight: NotNegative = 0.5
    fill: FillParams = FillParams()
    head: HeadParams = HeadParams()


class ForestParams(Section, frozen=True):
    """How the forest on the classic features grows.

    Attributes:
        trees: how many.
        least_rows: in a leaf.
        share: of the features that are tried at each split.
        floor: mixed into the probabilities, so that no genre is ever ruled out by the trees alone.
        seed: of all that is random.
    """

    trees: Count = 60
    least_rows: Count = 8
    share: Annotated[float, Meta(gt=0, le=1)] = 0.3
    floor: Annotated[float, Meta(gt=0, lt=1)] = 0.01
    seed: Whole = 0


class GaussianNbParams(Section, frozen=True):
    """How naive Bayes is fitted.

    Attributes:
        smoothing: added to every variance, as a share of the largest.
    """

    smoothing: Positive = 1e-9


class CnnMemberParams(Section, frozen=True):
    """The network trained from scratch; needs PyTorch.

    Attributes:
        kind: what it hears, mel levels or cepstral coefficients.
        epochs: at most.
        taught: whether the head on the backbone is its teacher.
    """

    kind: Literal["logmel", "mfcc"] = "logmel"
    epochs: Count = 20
    taught: bool = True


class TrainParams(Section, frozen=True):
    """Which members are trained, and how each is.

    Attributes:
        members: by name, in the order of the artifact.
        musicnn: see `MusicnnParams`.
        forest: see `ForestParams`.
        gaussian_nb: see `GaussianNbParams`; not among the members unless it is named there.
        cnn: see `CnnMemberParams`; likewise.
    """

    members: Annotated[tuple[str, ...], Meta(min_length=1)] = ("musicnn", "forest")
    musicnn: MusicnnParams = MusicnnParams()
    forest: ForestParams = ForestParams()
    gaussian_nb: GaussianNbParams = GaussianNbParams()
    cnn: CnnMemberParams = CnnMemberParams()


class AssembleParams(Section, frozen=True):
    """How the artifact is put together.

    Attributes:
        kept: least share of the tracks whose answer is not "unsure", out of fold.
    """

    kept: Annotated[float, Meta(gt=0, le=1)] = 0.8


class PerturbParams(Section, frozen=True):
    """How robustness is measured.

    Attributes:
        only: names of the changes that are tried, of `genrekit.pipeline.perturbations.catalogue`; all if empty.
    """

    only: tuple[str, ...] = ()


class TrackingParams(Section, frozen=True):
    """What is told to the tracking server, and when a new artifact becomes the champion.

    Attributes:
        experiment: name of the experiment that runs are filed under.
        model: name in the registry.
        confidence: share of the draws in which the new one has to be better.
        seed: of the draws.
    """

    experiment: Name = "genrekit"
    model: Name = "genrekit"
    confidence: Annotated[float, Meta(gt=0.5, lt=1)] = 0.95
    seed: Whole = 0


class Settings(Section, frozen=True):
    """All of ``params.yaml``, a section a stage.

    Attributes:
        prepare: see `PrepareParams`.
        featurize: see `FeaturizeParams`.
        train: see `TrainParams`.
        assemble: see `AssembleParams`.
        perturb: see `PerturbParams`.
        tracking: see `TrackingParams`.
    """

    prepare: PrepareParams = PrepareParams()
    featurize: FeaturizeParams = FeaturizeParams()
    train: TrainParams = TrainParams()
    assemble: AssembleParams = AssembleParams()
    perturb: PerturbParams = PerturbParams()
    tracking: TrackingParams = TrackingParams()


MEMBERS: Final = tuple(name for name in TrainParams.__struct_fields__ if name != "members")
"""Names of the members that can be trained: the sections of ``train``."""
