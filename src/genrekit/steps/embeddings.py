"""The embedding view: what the pretrained backbone hears in each patch of a track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

import clipfeat
from genrekit.sessions import open_session
from genrekit.values import FloatArray, View

if TYPE_CHECKING:
    import onnxruntime

SAMPLE_RATE: Final = 16_000
HOP_SECONDS: Final = 256 / SAMPLE_RATE

# A patch this far below the mean of all is a pause, not music [dB].
_PAUSE_DB: Final = -50.0
# Measured: larger batches are no faster and hold more memory.
_BATCH: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Backbone:
    """The pretrained nets, ready to run; hold no state, and may be shared by threads.

    Attributes:
        session: graph with the input ``mel``, float32 (n, n_frames, 96), and the output ``embedding``,
            float32 (n, n_dims).
    """

    session: onnxruntime.InferenceSession

    def embed(self, patches: FloatArray) -> FloatArray:
        """Embeddings (n, n_dims) of log-mel patches (n, n_frames, 96)."""
        batches = [patches[start : start + _BATCH] for start in range(0, len(patches), _BATCH)]
        rows = [self.session.run(["embedding"], {"mel": np.ascontiguousarray(batch)})[0] for batch in batches]
        return np.concatenate(rows)


def load_backbone(model: bytes) -> Backbone:
    """The backbone from its serialised graph."""
    return Backbone(open_session(model))


def embedding_view(samples: FloatArray, backbone: Backbone, *, patch_frames: int, hop_frames: int) -> View:
    """Embed a track patch by patch; pauses are left out, and so is a rest at the end shorter than a patch.

    Args:
        samples: float32 (n_samples,) at 16 kHz, brought to the level of training, not silent.
        backbone: the nets.
        patch_frames: length of a patch in frames of 256 samples; a track shorter than that is one patch of its own
            length (the nets take any, and repeating it would be sound that is not there).
        hop_frames: frames from the start of a patch to the next.

    Returns:
        Values float32 (n_patches, n_dims).
    """
    power = clipfeat.musicnn_mel_power(samples)
    frames = min(patch_frames, len(power))
    starts = np.arange(0, len(power) - frames + 1, hop_frames)
    starts = starts[_sounding(power, starts, frames)]
    mel = np.log10(np.float32(1) + np.float32(10_000) * power)
    patches = np.stack([mel[start : start + frames] for start in starts])
    seconds = starts * HOP_SECONDS
    spans = np.stack([seconds, seconds + (frames - 1) * HOP_SECONDS], axis=1)
    return View(backbone.embed(patches), spans)


def _sounding(power: FloatArray, starts: NDArray[np.int64], frames: int) -> NDArray[np.bool_]:
    """Which patches are no pauses, bool (n_patches,); the loudest never is one."""
    levels = np.array([power[start : start + frames].sum(dtype=np.float64) for start in starts])
    return levels >= levels.mean() * 10 ** (_PAUSE_DB / 10)
