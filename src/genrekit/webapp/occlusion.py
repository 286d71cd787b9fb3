"""Which seconds spoke for an answer: what would become of it without them.

Works on any prediction that has a timeline, wherever it comes from. The track's answer is the calibrated mean of what
was said of its parts, so leaving a stretch out is leaving it out of that mean: exact where all stretches weigh the
same, and close to it at the ragged end of a track.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genrekit.values import Prediction

# What a probability counts as that was rounded to 0 on its way; records keep six digits.
_SMALLEST: Final = 1e-7
_DECIDING: Final = 3


@dataclass(frozen=True, slots=True)
class Support:
    """What a stretch did for the answered genre.

    Attributes:
        start: of the stretch [s].
        end: of the stretch [s].
        gain: how much of the genre's probability is owed to it; negative where it spoke against.
    """

    start: float
    end: float
    gain: float


def supports(prediction: Prediction) -> tuple[Support, ...]:
    """What each stretch did for the answered genre; empty where there are fewer than two."""
    if len(prediction.clips) < 2:
        return ()
    genres = list(prediction.proba)
    said = np.log([[clip.proba[genre] or _SMALLEST for genre in genres] for clip in prediction.clips])
    column, count = genres.index(prediction.genre), len(said)
    total = said.sum(axis=0)
    with_all = _softmax(total[None] / count)[0, column]
    without = _softmax((total[None] - said) / (count - 1))[:, column]
    gains = (with_all - without).tolist()
    return tuple(Support(clip.start, clip.end, gain) for clip, gain in zip(prediction.clips, gains, strict=True))


def deciding_span(prediction: Prediction) -> tuple[float, float]:
    """Start and end [s] of the three stretches in a row that spoke most for the answer; all if no more."""
    clips = prediction.clips
    if len(clips) <= _DECIDING:
        return (clips[0].start, clips[-1].end) if clips else (0.0, prediction.duration)
    strengths = np.array([clip.proba[prediction.genre] for clip in clips])
    first = int(np.convolve(strengths, np.ones(_DECIDING), "valid").argmax())
    return clips[first].start, clips[first + _DECIDING - 1].end


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    proba = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(proba / proba.sum(axis=1, keepdims=True))
