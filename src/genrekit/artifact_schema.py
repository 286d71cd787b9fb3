"""What an artifact's manifest says: its keys, their types and meaning. Read and written by `genrekit.artifact` alone.

An unknown key is refused, not ignored: what is not understood might matter.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

PROTOCOL: Final = 1
"""Number of this layout; raised whenever a reader of the old one would misunderstand the new one."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all parts of a manifest share: frozen, and an unknown key is refused."""


class EmbeddingSettings(_Record, frozen=True):
    """How the backbone is fed.

    Attributes:
        backbone: file name of the pretrained nets' graph.
        sample_rate: of the backbone's input [Hz].
        patch_frames: frames of a patch.
        hop_frames: frames from the start of a patch to the next.
    """

    backbone: str
    sample_rate: int
    patch_frames: int
    hop_frames: int


class TabularSettings(_Record, frozen=True):
    """How the tabular features are computed.

    Attributes:
        recipe: of `clipfeat.FeatureConfig`.
        fingerprint: of that configuration; another one means that the features have changed since training.
        sample_rate: [Hz].
        clip_seconds: length and hop of the clips [s].
    """

    recipe: Literal["modern", "legacy"]
    fingerprint: str
    sample_rate: int
    clip_seconds: float


class SpectralSettings(_Record, frozen=True):
    """How a track's frames are computed and cut into windows.

    Attributes:
        kind: what a band is: a mel level [dB], or a cepstral coefficient.
        fingerprint: of the `clipfeat.FeatureConfig` that the next five make; another one means that the features have
            changed since training.
        sample_rate: [Hz].
        n_fft: samples in a frame.
        hop_length: samples from one frame to the next.
        n_mels: mel bands.
        n_mfcc: cepstral coefficients.
        window_frames: length of a window.
        hop_frames: from the start of a window to the next.
    """

    kind: Literal["logmel", "mfcc"]
    fingerprint: str
    sample_rate: int
    n_fft: int
    hop_length: int
    n_mels: int
    n_mfcc: int
    window_frames: int
    hop_frames: int


# What is not set is not written: an artifact without the younger views stays readable by those who know none.
class ViewSettings(_Record, frozen=True, omit_defaults=True):
    """The views that the members look at; None where no member needs it.

    Attributes:
        level_dbfs: root mean square to which a track is brought before anything looks at it [dB re full scale].
        embedding: settings of the backbone's view.
        tabular: settings of the view of features.
        spectral: settings of the view of frames.
    """

    level_dbfs: float
    embedding: EmbeddingSettings | None
    tabular: TabularSettings | None
    spectral: SpectralSettings | None = None


class MemberEntry(_Record, frozen=True):
    """One scoring model: its name, the view it looks at, its file, and its weight in the ensemble."""

    name: str
    view: str
    file: str
    weight: float


class Calibration(_Record, frozen=True):
    """From the weighted mean of the members' log-probabilities to probabilities.

    Attributes:
        sharpness: factor on the log-probabilities before the softmax (the inverse of a temperature).
        floor: share of the whole that all genres are given alike afterwards, for labels are wrong now and then.
    """

    sharpness: float
    floor: float = 0.0


class FeatureSummary(_Record, frozen=True):
    """What the training data looked like, to notice when what is heard looks otherwise.

    Attributes:
        names: of the features.
        quantiles: by feature, the deciles 0.1 ... 0.9 over the training tracks.
    """

    names: tuple[str, ...]
    quantiles: tuple[tuple[float, ...], ...]


class Manifest(_Record, frozen=True):
    """Everything about an artifact but the weights.

    Attributes:
        protocol: number of this layout.
        genres: what a prediction may say, in the order of the members' outputs.
        views: settings of the views.
        members: the scoring models.
        calibration: learnt on out-of-fold predictions.
        clip_seconds: length of a stretch of the timeline [s].
        unsure_below: top probability below which the answer is "unsure".
        files: SHA-256 by file name, of every file of the artifact.
        feature_summary: of the tabular features over the training tracks, or None.
        metrics: what it reaches, by the protocol that the report explains.
        provenance: data and split hashes, revision, versions.
    """

    protocol: int
    genres: tuple[str, ...]
    views: ViewSettings
    members: tuple[MemberEntry, ...]
    calibration: Calibration
    clip_seconds: float
    unsure_below: float
    files: dict[str, str]
    feature_summary: FeatureSummary | None
    metrics: dict[str, Any]
    provenance: dict[str, str]
