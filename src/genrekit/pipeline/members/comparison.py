"""Classic models on the 57 features, for comparison: scikit-learn's, with its settings, but scaled where it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import AdaBoostClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

_FLOOR: Final = 1e-3  # under a vote of none, so that its logarithm is one

# Trees do not care for the scale; everything that measures distances or adds up does.
_MODELS: Final[Mapping[str, Callable[[int], Any]]] = MappingProxyType(
    {
        "gaussian_nb": lambda _: GaussianNB(),
        "knn": lambda _: KNeighborsClassifier(5),
        "mlp": lambda seed: MLPClassifier((64,), alpha=1e-2, max_iter=120, early_stopping=True, random_state=seed),
        "svc": lambda _: SVC(),
        "decision_tree": lambda seed: DecisionTreeClassifier(random_state=seed),
        "adaboost": lambda seed: AdaBoostClassifier(random_state=seed),
        "gradient_boosting": lambda seed: HistGradientBoostingClassifier(max_iter=60, random_state=seed),
        "logistic_regression": lambda _: LogisticRegression(C=0.1, max_iter=300),
        "random_forest": lambda seed: RandomForestClassifier(random_state=seed),
    }
)

MODELS: Final = tuple(_MODELS)
"""Names of the models."""


def make_model(name: str, seed: int = 0) -> Pipeline:
    """An untrained model: features standardised on what it is fitted on, then the classifier.

    Args:
        name: one of `MODELS`.
        seed: of all that is random.
    """
    return make_pipeline(StandardScaler(), _MODELS[name](seed))


def log_scores(model: Pipeline, features: NDArray[np.floating]) -> NDArray[np.float32]:
    """How much a fitted model is for each class, float32 (n_rows, n_classes), such that adding rows up makes sense.

    Log-probabilities; for a model that gives none, its votes between pairs of classes.

    Args:
        model: fitted on classes 0 to n_classes - 1, all of which occurred.
        features: float (n_rows, 57).
    """
    if hasattr(model, "predict_proba"):
        proba = np.asarray(model.predict_proba(features))
        return np.asarray(np.log((proba + _FLOOR) / (1 + _FLOOR * proba.shape[1])), dtype=np.float32)
    return np.asarray(model.decision_function(features), dtype=np.float32)
