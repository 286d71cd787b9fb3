"""Every change that robustness is measured with: its kind, how far it goes, and on which tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from genrekit.pipeline.perturbations import codec, places, plain, speed
from genrekit.values import Waveform

Change = Callable[[Waveform, np.random.Generator], Waveform]

LONG: Final = "long"
"""Whole tracks, all thirty seconds of them."""

MIDDLE: Final = "middle"
"""Whole tracks, ten seconds from the tenth on, at a third of the cost: most of the losses asked for."""

SHORT: Final = "short"
"""All tracks, whole ones as in `MIDDLE`, excerpts as they are; at the level of training and the backbone's rate."""


@dataclass(frozen=True, slots=True)
class Perturbation:
    """One change of one strength.

    Attributes:
        name: unique, also a folder's.
        family: which curve it is a point of; ``unseen`` for the five places.
        amount: how far, in the family's unit.
        unit: of the amount, and what it means.
        scope: `LONG` or `SHORT`.
        change: the change itself.
        allowed: the most accuracy it may cost, if that is asked for.
    """

    name: str
    family: str
    amount: float
    unit: str
    scope: str
    change: Change
    allowed: float | None = None


def _point(
    family: str, unit: str, change: Callable[..., Waveform], scope: str, amount: float, allowed: float | None = None
) -> Perturbation:
    name = f"{family.replace(' ', '-')}_{amount:g}"
    return Perturbation(name, family, amount, unit, scope, partial(change, **{_argument(change): amount}), allowed)


def _argument(change: Callable[..., Waveform]) -> str:
    """Name of the one setting of a change: what follows the waveform and the random numbers."""
    return change.__code__.co_varnames[2]


def _unseen(name: str, change: Change) -> Perturbation:
    return Perturbation(f"unseen_{name}", "unseen", 0.0, "", SHORT, change)


_ASKED: Final = (
    _point("mp3", "kbit/s, 44.1 kHz stereo", codec.mp3, LONG, 128, 0.01),
    _point("noise", "dB below the music", plain.noise, MIDDLE, 20, 0.03),
    _point("shift", "s", plain.shift, MIDDLE, 1, 0.01),
    _point("clipped gain", "dB above full scale", plain.clipped_gain, MIDDLE, 12, 0.05),
    _point("sample rate", "Hz", plain.rate, MIDDLE, 44_100, 0.01),
    _point("gain", "dB", plain.gain, MIDDLE, -12, 0.01),
    _point("gain", "dB", plain.gain, MIDDLE, 12, 0.01),
)

_UNSEEN: Final = (
    _unseen("phone", places.phone),
    _unseen("mp3", partial(codec.mono_mp3, kilobits=33)),
    _unseen("vinyl", places.vinyl),
    _unseen("room", places.room),
    _unseen("broadcast", places.broadcast),
)

_CURVES: Final = (
    *(_point("noise", "dB below the music", plain.noise, SHORT, amount) for amount in (10, 0, 30)),
    *(_point("low-pass", "Hz", plain.low_pass, SHORT, amount) for amount in (3400, 1700)),
    *(_point("pitch", "semitones", speed.pitch, SHORT, amount) for amount in (-2, 2)),
    *(_point("tempo", "times as fast", speed.stretch, SHORT, amount) for amount in (0.85, 1.15)),
    *(_point("sample rate", "Hz", plain.rate, SHORT, amount) for amount in (8000, 11_025)),
    *(_point("mp3", "kbit/s, 44.1 kHz stereo", codec.mp3, SHORT, amount) for amount in (32, 64)),
    *(_point("shift", "s", plain.shift, SHORT, amount) for amount in (0.1, 0.5)),
    *(_point("pitch", "semitones", speed.pitch, SHORT, amount) for amount in (-1, 1)),
    *(_point("tempo", "times as fast", speed.stretch, SHORT, amount) for amount in (0.93, 1.07)),
    *(_point("clipped gain", "dB above full scale", plain.clipped_gain, SHORT, amount) for amount in (6, 18)),
    _point("gain", "dB", plain.gain, SHORT, -30),
)

REFERENCE: Final = Perturbation("untouched", "untouched", 0.0, "", SHORT, plain.untouched)
"""What all but `LONG` is held against."""

CATALOGUE: Final = (REFERENCE, *_ASKED, *_UNSEEN, *_CURVES)
"""In the order in which they are computed: what is asked for first."""
