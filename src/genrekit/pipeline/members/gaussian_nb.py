"""The simplest member, and the first thing that anybody tries: Gaussian naive Bayes on the 57 classic features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from genrekit.pipeline.members.rows import TrainingRows
from genrekit.pipeline.settings import GaussianNbParams

INPUT: Final = "features"
OUTPUT: Final = "log_proba"
_OPSET: Final = 13
_IR_VERSION: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class GaussianBayes:
    """A fitted model.

    Attributes:
        model: standardisation, then naive Bayes; classes are 0 to n_genres - 1.
    """

    model: Pipeline

    def log_proba(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probability of each genre, float32 (n_rows, n_genres), for features float32 (n_rows, n_dims)."""
        return np.asarray(self.model.predict_log_proba(features), np.float32)


def train_gaussian_nb(rows: TrainingRows, params: GaussianNbParams) -> GaussianBayes:
    """Fit the model.

    Args:
        rows: features of clips at the level of training, weights balanced over genres; every genre occurs.
        params: how it is fitted.
    """
    model = make_pipeline(StandardScaler(), GaussianNB(var_smoothing=params.smoothing))
    return GaussianBayes(model.fit(rows.values, rows.genre, gaussiannb__sample_weight=rows.weight))


def export_gaussian_nb(bayes: GaussianBayes) -> bytes:
    """Serialised ONNX graph of the model.

    The log-density of independent normal distributions is a quadratic function of the standardised features. Input
    ``features``, float32 (n, n_dims); output ``log_proba``, float32 (n, n_genres).
    """
    scaler, fitted = bayes.model[0], bayes.model[1]
    precision = 1 / fitted.var_
    constant = np.log(fitted.class_prior_) - 0.5 * np.sum(np.log(fitted.var_) + fitted.theta_**2 * precision, axis=1)
    arrays = {
        "mean": scaler.mean_,
        "scale": scaler.scale_,
        "square_weights": -0.5 * precision.T,
        "weights": (fitted.theta_ * precision).T,
        "constant": constant,
    }
    nodes = [
        helper.make_node("Sub", [INPUT, "mean"], ["centered"]),
        helper.make_node("Div", ["centered", "scale"], ["standard"]),
        helper.make_node("Mul", ["standard", "standard"], ["squares"]),
        helper.make_node("Gemm", ["squares", "square_weights", "constant"], ["curved"]),
        helper.make_node("Gemm", ["standard", "weights", "curved"], ["joint"]),
        helper.make_node("LogSoftmax", ["joint"], [OUTPUT], axis=1),
    ]
    n_genres, n_dims = fitted.theta_.shape
    graph = helper.make_graph(
        nodes,
        "gaussian-nb",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["n", n_dims])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", n_genres])],
        [numpy_helper.from_array(array.astype(np.float32), name) for name, array in arrays.items()],
    )
    exported = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    onnx.checker.check_model(exported)
    return bytes(exported.SerializeToString(deterministic=True))
