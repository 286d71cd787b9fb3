"""The members: each scores the rows of its view. Any ONNX graph of the right shape is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genrekit.sessions import open_session
from genrekit.values import FloatArray, MemberScores, View

if TYPE_CHECKING:
    import onnxruntime


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A scoring model, ready to run; has no state, and may be shared by threads.

    Attributes:
        name: as in the artifact.
        view: name of the view that it looks at.
        weight: in the ensemble.
        session: graph with one input, float32 (n_clips, n_dims), whose last output is log-probabilities,
            float32 (n_clips, n_genres).
    """

    name: str
    view: str
    weight: float
    session: onnxruntime.InferenceSession

    def score(self, view: View) -> MemberScores:
        """Log-probability of each genre for each clip."""
        outputs = self.session.run([self.session.get_outputs()[-1].name], {self._input: view.values})
        return MemberScores(normalised(outputs[0]), view.spans)

    @property
    def _input(self) -> str:
        return str(self.session.get_inputs()[0].name)


def load_member(name: str, view: str, weight: float, model: bytes) -> Member:
    """A member from its serialised graph."""
    return Member(name, view, weight, open_session(model))


def normalised(log_proba: FloatArray) -> FloatArray:
    """Rows shifted so that their exponentials sum to 1, whatever constant the graph left in them."""
    # The peak goes first: what is left is small, and its digits are those that the sum needs.
    shifted = log_proba - log_proba.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)
