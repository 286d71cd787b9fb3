"""What a head does with clips of artists it never heard: the plain ones, and the same ones changed."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from genrekit.genres import GTZAN_GENRES
from genrekit.pipeline.perturbations import codec, plain
from genrekit.values import Waveform
from tests.behaviour.holding_out import HELD_OUT, answers, confidence, held_out_clips, held_out_predictor

# The original's kinds, by what its files really contained: five noises [dB below], six shifts [s], later if positive.
NOISES = (22.6, 2.6, -3.4, -11.3, -17.4)
SHIFTS = (-0.063, 0.140, -0.060, -2.72, 4.48, -3.42)
MOST = 0.75


@pytest.fixture(scope="module")
def line(predictor):
    return held_out_predictor(predictor)


@pytest.fixture(scope="module")
def clips(data_root):
    return held_out_clips(data_root)


@pytest.fixture(scope="module")
def some(clips):
    """One clip a genre: what is asked in many ways has to be quick."""
    first = {clip.genre: clip for clip in reversed(clips)}
    return list(first.values())


@pytest.fixture(scope="module")
def plain_answers(line, some):
    return answers(line, [clip.sound for clip in some])


def shifted(sound: Waveform, seconds: float) -> Waveform:
    """The sound so many seconds later, or earlier if negative; what is missing then is filled with zeros."""
    samples, steps = np.zeros_like(sound.samples), round(seconds * sound.sample_rate)
    if steps >= 0:
        samples[steps:] = sound.samples[: len(samples) - steps]
    else:
        samples[:steps] = sound.samples[-steps:]
    return Waveform(samples, sound.sample_rate)


def noisy(some, below):
    rng = np.random.default_rng(0)
    return [plain.noise(clip.sound, rng, below) for clip in some]


def kept(before, after):
    """Share of the answers that are the same."""
    return np.mean([one.genre == other.genre for one, other in zip(before, after, strict=True)])


def test_the_clips_are_a_handful_of_nearly_every_genre():
    named = json.loads((HELD_OUT / "clips.json").read_text())
    counts = Counter(named["clips"].values())
    assert set(counts) <= set(GTZAN_GENRES)
    assert len(counts) >= 9
    assert max(counts.values()) <= 2


@pytest.mark.data
@pytest.mark.slow
def test_unmistakable_clips_of_unheard_artists_are_told(line, clips):
    right = [one.genre == clip.genre for one, clip in zip(answers(line, [c.sound for c in clips]), clips, strict=True)]
    assert np.mean(right) >= 0.85


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("seconds", SHIFTS)
def test_a_shift_keeps_the_answer_on_most_clips(line, some, plain_answers, seconds):
    long = [clip for clip in some if clip.sound.duration >= 9]
    before = [answer for answer, clip in zip(plain_answers, some, strict=True) if clip in long]
    assert kept(before, answers(line, [shifted(clip.sound, seconds) for clip in long])) >= MOST


@pytest.mark.data
@pytest.mark.slow
def test_noise_keeps_the_answer_while_the_music_is_louder_and_lowers_confidence_below(line, some, plain_answers):
    by_level = {below: answers(line, noisy(some, below)) for below in NOISES}
    assert kept(plain_answers, by_level[22.6]) >= MOST
    assert kept(plain_answers, by_level[2.6]) >= 0.5
    for below in NOISES[2:]:
        assert confidence(by_level[below]) < confidence(plain_answers)


@pytest.mark.data
@pytest.mark.slow
def test_more_noise_never_raises_the_mean_confidence(line, some, plain_answers):
    steps = [confidence(plain_answers), *(confidence(answers(line, noisy(some, below))) for below in (20, 10, 0))]
    assert all(later <= earlier + 0.01 for earlier, later in pairwise(steps))


CHANGES = {
    "12 dB quieter": partial(plain.gain, decibels=-12),
    "16 kHz": partial(plain.rate, hertz=16_000),
    "44.1 kHz": partial(plain.rate, hertz=44_100),
    "half a second later": partial(plain.shift, seconds=0.5),
    "mp3 at 128 kbit/s": partial(codec.mp3, kilobits=128),
}


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_what_every_copy_suffers_keeps_the_answer(line, some, plain_answers, change):
    rng = np.random.default_rng(0)
    assert kept(plain_answers, answers(line, [CHANGES[change](clip.sound, rng) for clip in some])) >= 0.85


@pytest.mark.data
@pytest.mark.slow
def test_two_equal_channels_are_the_same_as_one(line, some, plain_answers):
    for clip, before in list(zip(some, plain_answers, strict=True))[:3]:
        stereo = np.stack([clip.sound.samples] * 2, axis=1)
        assert line.predict_samples(stereo, clip.sound.sample_rate).proba == pytest.approx(before.proba, abs=1e-5)
