"""The member on the 57 classic features: extremely randomised trees (Geurts, Ernst and Wehenkel, 2006)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import ExtraTreesClassifier

from genrekit.pipeline.members.rows import TrainingRows
from genrekit.pipeline.settings import ForestParams

INPUT: Final = "features"
OUTPUT: Final = "log_proba"
_OPSETS: Final = {"": 13, "ai.onnx.ml": 1}
_PROBABILITIES: Final = "probabilities"


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """A trained forest.

    Attributes:
        trees: classes are 0 to n_genres - 1.
        floor: see `ForestParams`.
    """

    trees: ExtraTreesClassifier
    floor: float

    def log_proba(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probability of each genre, float32 (n_rows, n_genres), for features float32 (n_rows, n_dims)."""
        proba = self.trees.predict_proba(features)
        scale = 1 + self.floor * proba.shape[1]
        return np.asarray(np.log((proba + self.floor) / scale), dtype=np.float32)


def train_forest(rows: TrainingRows, params: ForestParams) -> Forest:
    """Grow the forest.

    Args:
        rows: features of clips at the level of training, weights balanced over genres; every genre occurs.
        params: how it grows.
    """
    trees = ExtraTreesClassifier(
        params.trees,
        min_samples_leaf=params.least_rows,
        max_features=params.share,
        random_state=params.seed,
        n_jobs=1,
    )
    # Mean 1, so that no threshold inside the library sees another scale of weights.
    weight = rows.weight / rows.weight.mean()
    return Forest(trees.fit(rows.values.astype(np.float32), rows.genre, sample_weight=weight), params.floor)


def export_forest(forest: Forest) -> bytes:
    """Serialised ONNX graph of the forest.

    Input ``features``, float32 (n, n_dims); output ``log_proba``, float32 (n, n_genres).
    """
    trees = forest.trees
    given = [(INPUT, FloatTensorType([None, trees.n_features_in_]))]
    model = to_onnx(trees, initial_types=given, options={id(trees): {"zipmap": False}}, target_opset=_OPSETS)
    graph = model.graph
    genres = len(trees.classes_)
    constants = {"floor": forest.floor, "scale": 1 + genres * forest.floor}
    graph.initializer.extend(
        numpy_helper.from_array(np.array(value, np.float32), name) for name, value in constants.items()
    )
    graph.node.extend(
        [
            helper.make_node("Add", [_PROBABILITIES, "floor"], ["floored"]),
            helper.make_node("Div", ["floored", "scale"], ["mixed"]),
            helper.make_node("Log", ["mixed"], [OUTPUT]),
        ]
    )
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, ["n", genres]))
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
