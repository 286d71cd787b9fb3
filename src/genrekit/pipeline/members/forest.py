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

import clipfeat
from genrekit.pipeline.members.rows import TrainingRows

INPUT: Final = "features"
OUTPUT: Final = "log_proba"
_OPSET: Final = {"": 13, "ai.onnx.ml": 2}
_IR_VERSION: Final = 8
# Of the table's columns, by what a gain g does to them.
_LINEAR: Final = ("rms_mean", "harmony_mean", "perceptr_mean")
_SQUARE: Final = ("rms_var", "harmony_var", "perceptr_var")
_LOUDNESS: Final = "mfcc1_mean"


@dataclass(frozen=True, slots=True)
class ForestParams:
    """How the forest grows.

    Attributes:
        trees: how many.
        leaf: rows that a leaf must hold at least.
        floor: added to each probability before the logarithm: no tree's silence rules a genre out.
        seed: of the random choices.
    """

    trees: int = 120
    leaf: int = 4
    floor: float = 0.01
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """A trained forest.

    Attributes:
        model: of scikit-learn.
        n_dims: values of a row.
        floor: see `ForestParams`.
    """

    model: ExtraTreesClassifier
    n_dims: int
    floor: float

    def log_proba(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probability of each genre, float32 (n_rows, n_genres), for features float32 (n_rows, n_dims)."""
        proba = (self.model.predict_proba(features) + self.floor) / (1 + self.floor * len(self.model.classes_))
        return np.asarray(np.log(proba), dtype=np.float32)


def train_forest(rows: TrainingRows, params: ForestParams) -> Forest:
    """Grow the forest.

    Args:
        rows: features of clips at one level, weights balanced over genres; every genre occurs.
        params: how it grows.
    """
    model = ExtraTreesClassifier(
        n_estimators=params.trees, min_samples_leaf=params.leaf, random_state=params.seed, max_features="sqrt"
    )
    model.fit(rows.values.astype(np.float32), rows.genre, sample_weight=rows.weight)
    return Forest(model, rows.values.shape[1], params.floor)


def export_forest(forest: Forest) -> bytes:
    """Serialised ONNX graph of the forest.

    Input ``features``, float32 (n, n_dims); last output ``log_proba``, float32 (n, n_genres).
    """
    given = [(INPUT, FloatTensorType([None, forest.n_dims]))]
    model = to_onnx(forest.model, initial_types=given, options={"zipmap": False}, target_opset=_OPSET)
    graph = model.graph
    n_genres = len(forest.model.classes_)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.array([forest.floor], np.float32), "floor"),
            numpy_helper.from_array(np.array([1 + forest.floor * n_genres], np.float32), "total"),
        ]
    )
    graph.node.extend(
        [
            helper.make_node("Add", ["probabilities", "floor"], ["raised"]),
            helper.make_node("Div", ["raised", "total"], ["smoothed"]),
            helper.make_node("Log", ["smoothed"], [OUTPUT]),
        ]
    )
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, ["n", n_genres]))
    model.ir_version = _IR_VERSION
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def at_level(features: NDArray[np.float32], level_dbfs: float) -> NDArray[np.float32]:
    """Tabular features as they would be had the clip been brought to a level first.

    A gain multiplies amplitudes and shifts the logarithmic spectrum; all other columns do not depend on it. The
    clip's level is known from the table: the mean square of its frames is ``rms_mean`` squared plus ``rms_var``.

    Args:
        features: float32 (n_rows, 57), columns as `clipfeat.TABULAR_NAMES`.
        level_dbfs: root mean square wanted [dB re full scale].
    """
    column = {name: index for index, name in enumerate(clipfeat.TABULAR_NAMES)}
    leveled = features.astype(np.float64)
    power = leveled[:, column["rms_mean"]] ** 2 + leveled[:, column["rms_var"]]
    gain = 10 ** (level_dbfs / 20) / np.sqrt(power)
    leveled[:, [column[name] for name in _LINEAR]] *= gain[:, None]
    leveled[:, [column[name] for name in _SQUARE]] *= gain[:, None] ** 2
    # The orthonormal transform of a constant over 128 bands is sqrt(128) times it, all in the first coefficient.
    leveled[:, column[_LOUDNESS]] += np.sqrt(128) * 20 * np.log10(gain)
    return leveled.astype(np.float32)
