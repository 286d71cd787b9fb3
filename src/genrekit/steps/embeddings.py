"""The embedding view: what the pretrained backbone hears in each patch of a track."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.sessions import open_session
from genrekit.values import FloatArray, SpanArray, View

if TYPE_CHECKING:
    import onnxruntime

SAMPLE_RATE: Final = 16_000
HOP_SECONDS: Final = 256 / SAMPLE_RATE

# A patch this far below the mean of all is a pause, not music [dB].
_PAUSE_DB: Final = -50.0


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Stretches of a track that the backbone looks at, kept as power so that overlaps and long tracks cost little.

    Attributes:
        power: float32 (n_frames, 96), mel power of the track.
        starts: int (n_patches,), first frame of each patch.
        frames: length of a patch in frames.
    """

    power: FloatArray
    starts: NDArray[np.int64]
    frames: int

    @property
    def spans(self) -> SpanArray:
        """Start and end of each patch in the track [s], float64 (n_patches, 2)."""
        seconds = self.starts * HOP_SECONDS
        return np.stack([seconds, seconds + (self.frames - 1) * HOP_SECONDS], axis=1)

    def mels(self) -> Iterator[FloatArray]:
        """The log-mel of each patch, float32 (1, frames, 96)."""
        for start in self.starts:
            power = self.power[None, start : start + self.frames]
            yield np.log10(np.float32(1) + np.float32(10_000) * power)


@dataclass(frozen=True, slots=True, eq=False)
class Backbone:
    """The pretrained nets, ready to run; hold no state, and may be shared by threads.

    Attributes:
        session: graph with the input ``mel``, float32 (n, n_frames, 96), and outputs of n rows each, one of them
            ``embedding``, float32 (n, n_dims).
    """

    session: onnxruntime.InferenceSession

    def embed(self, patches: Patches) -> FloatArray:
        """Embeddings of the patches, float32 (n_patches, n_dims)."""
        (embedding,) = self.outputs(patches, ("embedding",))
        return embedding

    def outputs(self, patches: Patches, names: tuple[str, ...]) -> tuple[FloatArray, ...]:
        """Outputs of these names, float32 (n_patches, ...) each."""
        # One at a time: more are no faster, since they no longer fit the cache, and hold more memory.
        rows = [self.session.run(list(names), {"mel": mel}) for mel in patches.mels()]
        return tuple(np.concatenate(parts) for parts in zip(*rows, strict=True))


def load_backbone(model: bytes) -> Backbone:
    """The backbone from its serialised graph."""
    return Backbone(open_session(model))


def cut_patches(samples: FloatArray, *, patch_frames: int, hop_frames: int) -> Patches:
    """Patches side by side; pauses are left out, and so is a rest at the end shorter than a patch.

    Args:
        samples: float32 (n_samples,) at 16 kHz, brought to the level of training, not silent.
        patch_frames: length of a patch in frames of 256 samples; a track shorter than that is one patch of its own
            length (the nets take any, and repeating it would be sound that is not there).
        hop_frames: frames from the start of a patch to the next.
    """
    power = clipfeat.musicnn_mel_power(samples)
    frames = min(patch_frames, len(power))
    starts = np.arange(0, len(power) - frames + 1, hop_frames)
    return Patches(power, starts[_sounding(power, starts, frames)], frames)


def embedding_view(samples: FloatArray, backbone: Backbone, *, patch_frames: int, hop_frames: int) -> View:
    """Embed a track patch by patch.

    Args:
        samples: as for `cut_patches`.
        backbone: the nets.
        patch_frames: as for `cut_patches`.
        hop_frames: as for `cut_patches`.

    Returns:
        Values float32 (n_patches, n_dims).
    """
    patches = cut_patches(samples, patch_frames=patch_frames, hop_frames=hop_frames)
    return View(backbone.embed(patches), patches.spans)


def _sounding(power: FloatArray, starts: NDArray[np.int64], frames: int) -> NDArray[np.bool_]:
    """Which patches are no pauses, bool (n_patches,); the loudest never is one."""
    levels = np.array([power[start : start + frames].sum(dtype=np.float64) for start in starts])
    return np.asarray(levels >= levels.mean() * 10 ** (_PAUSE_DB / 10))
