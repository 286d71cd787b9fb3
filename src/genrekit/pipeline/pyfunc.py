"""What MLflow loads a registered artifact with: ``mlflow.pyfunc.load_model("models:/genrekit@champion")``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genrekit.predictor import Predictor


@dataclass(frozen=True, slots=True)
class ServedModel:
    """An artifact as MLflow calls it.

    Attributes:
        predictor: of the artifact.
    """

    predictor: Predictor

    def predict(self, model_input: Mapping[str, Any], params: Mapping[str, Any] | None = None) -> NDArray[np.float64]:  # noqa: ARG002 - MLflow's
        """Probabilities float (n_genres,), in the order of the artifact's genres.

        Args:
            model_input: ``samples`` float32 (n,), mono, and ``sample_rate`` int (1,) [Hz].
            params: there are none.

        Raises:
            AudioError: nothing can be told of the samples.
        """
        samples = np.asarray(model_input["samples"], dtype=np.float32)
        rate = int(np.asarray(model_input["sample_rate"]).ravel()[0])
        return np.array(list(self.predictor.predict_samples(samples, rate).proba.values()))


def _load_pyfunc(path: str) -> ServedModel:
    """MLflow's entry point.

    Raises:
        ArtifactError: the artifact is refused.
    """
    return ServedModel(Predictor.load(Path(path)))
