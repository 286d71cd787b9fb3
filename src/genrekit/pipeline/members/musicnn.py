"""The member on the pretrained backbone: one linear head over the embeddings of both nets.

Multinomial logistic regression whose weights are drawn not towards zero but towards the directions of the tags that
mean a genre (a Gaussian prior with that mean): few tracks of each genre are at hand, the nets have heard many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from scipy.linalg import solve_triangular
from scipy.optimize import minimize

from genrekit.pipeline.members.rows import TrainingRows
from genrekit.pipeline.settings import HeadParams

Array = NDArray[np.float64]

INPUT: Final = "embedding"
OUTPUT: Final = "log_proba"
_OPSET: Final = 13
_IR_VERSION: Final = 8
_TYPICAL_VARIANCE: Final = 0.12  # of a yes-or-no at the probabilities met; only steers how fast the fit converges


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A trained head.

    Attributes:
        center: float32 (n_dims,), taken off the embedding.
        weights: float32 (n_dims, n_genres).
        bias: float32 (n_genres,).
    """

    center: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def log_proba(self, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probability of each genre, float32 (n_rows, n_genres), for embeddings float32 (n_rows, n_dims)."""
        logits = (embedding - self.center) @ self.weights + self.bias
        return _log_softmax(logits.astype(np.float32, copy=False))


def train_musicnn(
    rows: TrainingRows,
    tag_weights: Array,
    genre_tags: Array,
    params: HeadParams,
    covariance: Array | None = None,
) -> Head:
    """Train the head.

    Args:
        rows: embeddings of patches, weights balanced over genres.
        tag_weights: float (n_dims, n_tags), from an embedding to log-odds of tags.
        genre_tags: float (n_tags, n_genres), which tags stand for which genre, by shares.
        params: how it is regularised.
        covariance: float (n_dims, n_dims), of embeddings within tracks (see `within_tracks`); None where nothing is
            known of it, and no direction is then dearer than another.
    """
    values = rows.values.astype(np.float32)
    center = values.mean(axis=0, dtype=np.float64)
    scale = values.std(axis=0, dtype=np.float64) + 1e-6
    standard = ((values - center) / scale).astype(np.float32)
    tags = tag_weights * scale[:, None]
    spread = (standard @ tags.astype(np.float32)).std(axis=0, dtype=np.float64)
    prior = params.prior * (tags / np.maximum(spread, 1e-6)) @ genre_tags
    known = np.zeros((len(center), len(center))) if covariance is None else covariance / np.outer(scale, scale)
    weights, bias = _fit(standard, rows, params.looseness, prior, np.eye(len(center)) + params.within * known)
    return Head(*(array.astype(np.float32) for array in (center, weights / scale[:, None], bias)))


def _fit(
    standard: NDArray[np.float32], rows: TrainingRows, looseness: float, prior: Array, cost: Array
) -> tuple[Array, Array]:
    """Minimise looseness * cross-entropy + trace(d' cost d) / 2, d = weights - prior, in coordinates of even curvature.

    By L-BFGS.
    """
    n_genres = prior.shape[1]
    share = (looseness * rows.weight).astype(np.float32)[:, None]
    truth = np.eye(n_genres, dtype=np.float32)[rows.genre]
    curvature = _TYPICAL_VARIANCE * (standard * share).T @ standard + cost
    root = np.linalg.cholesky(curvature.astype(np.float64))
    bias_root = np.sqrt(_TYPICAL_VARIANCE * share.sum(dtype=np.float64))

    def unpack(point: Array) -> tuple[Array, Array]:
        steps = point.reshape(-1, n_genres)
        return prior + solve_triangular(root, steps[:-1], lower=True, trans="T"), steps[-1] / bias_root

    def loss(point: Array) -> tuple[float, Array]:
        weights, bias = unpack(point)
        log_proba = _log_softmax(standard @ weights.astype(np.float32) + bias.astype(np.float32))
        slope = share * (np.exp(log_proba) - truth)
        away = weights - prior
        pull = cost @ away
        value = -np.sum(share * truth * log_proba, dtype=np.float64) + np.sum(away * pull) / 2
        by_weight = solve_triangular(root, standard.T @ slope + pull, lower=True)
        by_bias = slope.sum(axis=0, dtype=np.float64) / bias_root
        return float(value), np.concatenate([by_weight, by_bias[None]]).ravel()

    start = np.zeros((len(prior) + 1) * n_genres)
    # Single precision carries the sums over rows: below this nothing but rounding is left in them.
    limits = {"maxiter": 200, "gtol": 3e-6 * looseness * rows.weight.sum(), "ftol": 1e-9}
    return unpack(minimize(loss, start, jac=True, method="L-BFGS-B", options=limits).x)


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def export_head(head: Head) -> bytes:
    """Serialised ONNX graph of the head.

    Input ``embedding``, float32 (n, n_dims); output ``log_proba``, float32 (n, n_genres).
    """
    n_dims, n_genres = head.weights.shape
    arrays = {"center": head.center, "weights": head.weights, "bias": head.bias}
    nodes = [
        helper.make_node("Sub", [INPUT, "center"], ["centered"]),
        helper.make_node("Gemm", ["centered", "weights", "bias"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], [OUTPUT], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "musicnn-head",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", n_dims])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", n_genres])],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    return bytes(model.SerializeToString(deterministic=True))
