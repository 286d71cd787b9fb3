"""What the member on the pretrained backbone teaches a network trained from scratch (Hinton et al., 2015).

Its probabilities of the genres, and the log-odds of all tags of the nets beneath it, patch by patch. The tags were
learnt from other music altogether; the head must be one that was trained on the very tracks that it teaches here, never
on those that the network is to be measured on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.members.spectra import Soft

FloatArray = NDArray[np.float32]


def teach(
    embeddings: Sequence[FloatArray],
    starts: Sequence[NDArray[np.float64]],
    log_proba: Callable[[FloatArray], FloatArray],
    tag_weights: NDArray[np.float64],
    sharpness: float,
) -> tuple[Soft, ...]:
    """What the teacher says of each track.

    Args:
        embeddings: by track, float32 (n_patches, n_dims).
        starts: by track, float (n_patches,), where its patches begin, in the frames of the network that learns.
        log_proba: the head, from embeddings to log-probabilities (n_patches, n_genres).
        tag_weights: float (n_dims, n_tags), from an embedding to log-odds of tags.
        sharpness: factor on the log-probabilities before they become targets, as of a calibration.
    """
    odds = [embedding @ tag_weights for embedding in embeddings]
    together = np.concatenate(odds)
    mean, spread = together.mean(axis=0), np.maximum(together.std(axis=0), 1e-6)
    return tuple(
        Soft(start, _sharpened(log_proba(embedding), sharpness), ((track - mean) / spread).astype(np.float32))
        for start, embedding, track in zip(starts, embeddings, odds, strict=True)
    )


def _sharpened(log_proba: FloatArray, sharpness: float) -> FloatArray:
    logits = sharpness * (log_proba - log_proba.max(axis=1, keepdims=True))
    proba = np.exp(logits)
    return np.asarray(proba / proba.sum(axis=1, keepdims=True), dtype=np.float32)
