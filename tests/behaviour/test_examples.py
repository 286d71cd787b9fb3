"""The example tracks: sound music of ours for every genre, small enough to travel with the sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from genrekit.genres import GTZAN_GENRES
from genrekit.predictor import Predictor

EXAMPLES = Path(__file__).parents[2] / "examples"
LARGEST = 300_000  # bytes


def decibels(amplitude: float) -> float:
    return float(20 * np.log10(amplitude))


def test_every_genre_has_one() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.ogg")) == sorted(GTZAN_GENRES)


@pytest.mark.parametrize("genre", GTZAN_GENRES)
def test_it_is_short_and_small(genre: str) -> None:
    path = EXAMPLES / f"{genre}.ogg"
    assert 15 <= soundfile.info(path).duration <= 30
    assert path.stat().st_size <= LARGEST


@pytest.mark.parametrize("genre", GTZAN_GENRES)
def test_it_is_neither_clipped_nor_silent_and_as_loud_as_the_others(genre: str) -> None:
    samples, rate = soundfile.read(EXAMPLES / f"{genre}.ogg", always_2d=True)
    assert decibels(np.abs(samples).max()) < -1
    assert -18 < decibels(np.sqrt(np.mean(samples**2))) < -16
    # What a listener with one loudspeaker hears has lost little to opposite phases.
    mono = samples.mean(axis=1)
    assert decibels(np.sqrt(np.mean(mono**2) / np.mean(samples**2))) > -3.5
    seconds = np.array_split(mono, len(mono) // rate)
    assert all(decibels(np.abs(second).max()) > -40 for second in seconds[:-2])


@pytest.mark.parametrize("genre", GTZAN_GENRES)
def test_it_is_answered(genre: str, predictor: Predictor) -> None:
    prediction = predictor.predict(EXAMPLES / f"{genre}.ogg")
    assert prediction.genre in prediction.proba
    assert prediction.duration == pytest.approx(soundfile.info(EXAMPLES / f"{genre}.ogg").duration, abs=0.01)
