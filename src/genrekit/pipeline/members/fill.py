"""Embeddings of recordings that are not at hand, estimated from the tags that were published for them.

Kernel ridge regression with Gaussian kernel (Saunders, Gammerman and Vovk, 1998) from the logits of the 50 tags of
one net to all values of the embedding. A strong ridge draws what the tags do not tell towards the mean; members
learn better from that than from a close fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.pipeline.settings import FillParams

Array = NDArray[np.float64]

_LEAST_PROBABILITY: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Fill:
    """A fitted estimate.

    Attributes:
        mean: (n_tags,), of the training logits.
        scale: (n_tags,), their standard deviation.
        known: (n_known, n_tags), standardised training logits.
        coefficients: (n_known, n_dims).
        offset: (n_dims,), mean of the training embeddings.
        gamma: see `FillParams`.
    """

    mean: Array
    scale: Array
    known: Array
    coefficients: Array
    offset: Array
    gamma: float

    def embed(self, tags: NDArray[np.floating]) -> NDArray[np.float32]:
        """Estimated embeddings, float32 (n_rows, n_dims), of rows with these tag probabilities (n_rows, n_tags)."""
        wanted = (tag_logits(tags) - self.mean) / self.scale
        return (_kernel(wanted, self.known, self.gamma) @ self.coefficients + self.offset).astype(np.float32)


def fit_fill(tags: NDArray[np.floating], embedding: NDArray[np.floating], params: FillParams) -> Fill:
    """Learn the estimate from rows where both sides are known.

    Args:
        tags: float (n_known, n_tags), probabilities.
        embedding: float (n_known, n_dims).
        params: how smooth.
    """
    logits = tag_logits(tags)
    mean, scale = logits.mean(axis=0), np.maximum(logits.std(axis=0), 1e-6)
    known = (logits - mean) / scale
    offset = embedding.mean(axis=0, dtype=np.float64)
    regular = _kernel(known, known, params.gamma) + params.ridge * np.eye(len(known))
    return Fill(mean, scale, known, np.linalg.solve(regular, embedding - offset), offset, params.gamma)


def tag_logits(tags: NDArray[np.floating]) -> Array:
    """Log-odds of probabilities, float64; those nearer than 1e-6 to 0 or 1 count as if they were that far."""
    probability = np.clip(tags.astype(np.float64), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return np.asarray(np.log(probability) - np.log1p(-probability))


def _kernel(left: Array, right: Array, gamma: float) -> Array:
    squares = np.sum(left**2, axis=1)[:, None] + np.sum(right**2, axis=1) - 2 * left @ right.T
    return np.asarray(np.exp(-gamma * np.maximum(squares, 0) / left.shape[1]))
